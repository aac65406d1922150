package mesh

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

// AWSDifference is where an object and its twin in AWS differ.
type AWSDifference struct {
	// Field is the path in the object.
	Field string
	// Here and There are the values of the object and of AWS; "" where there is
	// none. Secret tells that they concern TLS and are left out.
	Here, There string
	Secret      bool
}

// differences compares two normal specifications. What the order of a list
// means is nowhere more than a habit, so that lists are sets. What AWS has and
// the API does not know makes it say less: it may stand for what is not there.
type differences struct {
	found  []AWSDifference
	strict bool // say all the same
}

func differencesOf(t reflect.Type, path string, here, there any) []AWSDifference {
	var d differences
	d.compare(t, path, here, there)
	return d.found
}

func (d *differences) add(path string, here, there any) {
	out := AWSDifference{Field: path, Secret: strings.Contains(path+".", ".tls.")}
	if !out.Secret {
		if here != nil {
			out.Here = valueText(here)
		}
		if there != nil {
			out.There = valueText(there)
		}
	}
	d.found = append(d.found, out)
}

func (d *differences) compare(t reflect.Type, path string, here, there any) {
	switch h := here.(type) {
	case tree:
		if th, ok := there.(tree); ok {
			d.objects(t, path, h, th)
			return
		}
	case []any:
		if th, ok := there.([]any); ok {
			d.lists(t, path, h, th)
			return
		}
	}
	if here == nil {
		there = knownPart(t, there)
	}
	switch {
	case here == nil && there == nil:
	case alone(here, there) != nil:
		d.objects(t, path, orEmpty(here).(tree), orEmpty(there).(tree))
	case here == nil || there == nil || valueText(here) != valueText(there):
		name := path[strings.LastIndexByte(path, '.')+1:]
		d.add(path, orDefault(name, here), orDefault(name, there))
	}
}

// alone is an object of one field of which the other side has nothing; nil if
// that is not so. Such a difference is told of the field.
func alone(here, there any) tree {
	v, _ := here.(tree)
	if here == nil {
		v, _ = there.(tree)
	} else if there != nil {
		return nil
	}
	if len(v) != 1 {
		return nil
	}
	return v
}

// orDefault is what AWS takes a field to have.
func orDefault(field string, v any) any {
	if v == nil {
		return awsDefaults[field]
	}
	return v
}

func orEmpty(v any) any {
	if v == nil {
		return tree{}
	}
	return v
}

func (d *differences) objects(t reflect.Type, path string, here, there tree) {
	var names []string
	unknown := false
	for name := range there {
		if _, _, known := fieldIn(t, name); known {
			names = append(names, name)
		} else {
			unknown = true
		}
	}
	names = slices.AppendSeq(names, maps.Keys(here))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		h, th := here[name], there[name]
		if h == nil && name == "ipPreference" || th == nil && unknown && !d.strict {
			continue // of the account's choice, or something new in its place
		}
		of, field, _ := fieldIn(t, name)
		if ref, ok := h.(awsRef); ok {
			field = ref.field
		}
		d.compare(of, path+"."+field, h, th)
	}
}

// lists pairs the items of two lists: first those that are equal, then those
// that are meant to be the same, then the rest.
func (d *differences) lists(t reflect.Type, path string, here, there []any) {
	p := pairing{here: here, there: slices.Clone(there)}
	for i := range here {
		p.left = append(p.left, i)
	}
	compare := func(i int, th any) { d.compare(t, item(path, i), here[i], th) }
	for _, strict := range []bool{true, false} {
		p.match(func(h, th any) bool {
			inner := differences{strict: strict}
			inner.compare(t, "", h, th)
			return len(inner.found) == 0
		}, func(int, any) {})
	}
	p.match(func(h, th any) bool { return identity(h) == identity(th) }, compare)
	p.match(func(any, any) bool { return true }, compare)
	for _, i := range p.left {
		d.add(item(path, i), here[i], nil)
	}
	for _, th := range p.there {
		d.add(path, nil, th)
	}
}

// pairing are the items of two lists that have no partner yet.
type pairing struct {
	here  []any
	left  []int // positions in here
	there []any
}

func (p *pairing) match(same func(here, there any) bool, then func(i int, there any)) {
	p.left = slices.DeleteFunc(p.left, func(i int) bool {
		at := slices.IndexFunc(p.there, func(th any) bool { return same(p.here[i], th) })
		if at < 0 {
			return false
		}
		then(i, p.there[at])
		p.there = slices.Delete(p.there, at, at+1)
		return true
	})
}
