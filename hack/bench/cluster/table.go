package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"time"
)

// table is what was measured.
type table struct {
	rows   []row
	missed int
}

// row is one measure. What does not apply is "".
type row struct{ part, measure, result, floor, ratio, bar, verdict string }

// add judges a measure: whether a bar holds that is told in words.
func (t *table) add(r row, holds bool) {
	r.verdict = "pass"
	if !holds {
		r.verdict = "**missed**"
		t.missed++
	}
	t.rows = append(t.rows, r)
}

// note adds a measure without a bar.
func (t *table) note(part, measure, result string) {
	t.rows = append(t.rows, row{part: part, measure: measure, result: result})
}

// compare adds a time that is held against a floor of the same run: it may be
// factor times as long, and extra longer. A factor of 0 is no bar.
func (t *table) compare(part, measure string, got, floor time.Duration, factor float64, extra time.Duration) {
	r := row{
		part: part, measure: measure, result: seconds(got), floor: seconds(floor),
		ratio: fmt.Sprintf("%.2f", got.Seconds()/floor.Seconds()), bar: fmt.Sprintf("≤ %g × floor", factor),
	}
	if extra > 0 {
		r.bar += fmt.Sprintf(" + %v", extra)
	}
	if factor == 0 {
		r.bar = ""
		t.rows = append(t.rows, r)
		return
	}
	t.add(r, got.Seconds() <= factor*floor.Seconds()+extra.Seconds())
}

// most adds a count that may be so large.
func (t *table) most(part, measure string, got, bar float64) {
	r := row{part: part, measure: measure, result: fmt.Sprintf("%.4g", got), bar: fmt.Sprintf("≤ %.4g", bar)}
	if bar == 0 {
		r.bar = "0"
	}
	t.add(r, got <= bar)
}

// write prints the table as Markdown.
func (t *table) write(w io.Writer) {
	fmt.Fprintln(w, "| part | measure | result | floor | ratio | bar | verdict |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|")
	for _, r := range t.rows {
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s |\n",
			r.part, r.measure, r.result, r.floor, r.ratio, r.bar, r.verdict)
	}
}

func seconds(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%.0f ms", d.Seconds()*1000)
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}

func mebibytes(bytes float64) string { return fmt.Sprintf("%.0f MiB", bytes/(1<<20)) }

// percentile is the smallest value that at least so many percent do not exceed;
// zero of none.
func percentile[T cmp.Ordered](list []T, percent int) T {
	var zero T
	if len(list) == 0 {
		return zero
	}
	list = slices.Sorted(slices.Values(list))
	return list[(len(list)*percent+99)/100-1]
}

// slope is the rise of y per step, by least squares.
func slope(y []float64) float64 {
	n := float64(len(y))
	if n < 2 {
		return 0
	}
	var sumX, sumY, sumXY, sumXX float64
	for i, v := range y {
		x := float64(i)
		sumX, sumY, sumXY, sumXX = sumX+x, sumY+v, sumXY+x*v, sumXX+x*x
	}
	return (n*sumXY - sumX*sumY) / (n*sumXX - sumX*sumX)
}
