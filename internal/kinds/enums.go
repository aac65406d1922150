package kinds

import (
	"fmt"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// unknownEnum finds a number that stands for no value of its enumeration:
// protobuf takes any, though a name must be known.
func unknownEnum(m protoreflect.Message) (err error) {
	if m.Descriptor().FullName() == "google.protobuf.Struct" {
		return nil // free text
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.IsMap():
			v.Map().Range(func(_ protoreflect.MapKey, v protoreflect.Value) bool {
				err = unknownIn(f.MapValue(), v)
				return err == nil
			})
		case f.IsList():
			for i := 0; i < v.List().Len() && err == nil; i++ {
				err = unknownIn(f, v.List().Get(i))
			}
		default:
			err = unknownIn(f, v)
		}
		return err == nil
	})
	return err
}

// unknownIn is unknownEnum for one value of a field.
func unknownIn(f protoreflect.FieldDescriptor, v protoreflect.Value) error {
	switch {
	case f.Message() != nil:
		return unknownEnum(v.Message())
	case f.Enum() != nil && f.Enum().Values().ByNumber(v.Enum()) == nil:
		return fmt.Errorf("unknown value %d for enum %s", v.Enum(), f.Enum().FullName())
	}
	return nil
}
