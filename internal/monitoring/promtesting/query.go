package promtesting

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"testing"
)

// Sample is one element of an instant vector.
type Sample struct {
	Labels map[string]string
	Value  float64
}

// Alert is one that is pending or firing.
type Alert struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	State       string            `json:"state"`
}

// Query evaluates an expression now; its result is an instant vector.
func (s *Server) Query(tb testing.TB, expr string) ([]Sample, error) {
	tb.Helper()
	var answer struct {
		Result []struct {
			Metric map[string]string `json:"metric"`
			Value  [2]any            `json:"value"` // time and, as text, value
		} `json:"result"`
	}
	if err := s.ask(tb, "/api/v1/query", url.Values{"query": {expr}}, &answer); err != nil {
		return nil, fmt.Errorf("%s: %w", expr, err)
	}
	var out []Sample
	for _, r := range answer.Result {
		value, err := strconv.ParseFloat(fmt.Sprint(r.Value[1]), 64)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", expr, err)
		}
		out = append(out, Sample{Labels: r.Metric, Value: value})
	}
	return out, nil
}

// Names lists the metrics of series that have the label.
func (s *Server) Names(tb testing.TB, label, value string) (names []string, err error) {
	tb.Helper()
	match := fmt.Sprintf("{%s=%q}", label, value)
	err = s.ask(tb, "/api/v1/label/__name__/values", url.Values{"match[]": {match}}, &names)
	return names, err
}

// Values lists the values of a label of a metric.
func (s *Server) Values(tb testing.TB, metric, label string) (values []string, err error) {
	tb.Helper()
	err = s.ask(tb, "/api/v1/label/"+label+"/values", url.Values{"match[]": {metric}}, &values)
	return values, err
}

// Alerts lists those that are pending or firing.
func (s *Server) Alerts(tb testing.TB) ([]Alert, error) {
	tb.Helper()
	var answer struct {
		Alerts []Alert `json:"alerts"`
	}
	err := s.ask(tb, "/api/v1/alerts", nil, &answer)
	return answer.Alerts, err
}

// ask decodes the data of an answer.
func (s *Server) ask(tb testing.TB, path string, query url.Values, into any) error {
	tb.Helper()
	_, body, err := s.get(tb, path, query)
	if err != nil {
		return err
	}
	answer := struct {
		Data  any    `json:"data"`
		Error string `json:"error"`
	}{Data: into}
	if err := json.Unmarshal(body, &answer); err != nil {
		return fmt.Errorf("prometheus answers %q: %w", body, err)
	}
	if answer.Error != "" {
		return errors.New(answer.Error)
	}
	return nil
}

func (s *Server) get(tb testing.TB, path string, query url.Values) (code int, body []byte, err error) {
	tb.Helper()
	ctx := context.WithoutCancel(tb.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+path+"?"+query.Encode(), http.NoBody)
	if err != nil {
		return 0, nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, err
	}
	body, err = io.ReadAll(response.Body)
	return response.StatusCode, body, errors.Join(err, response.Body.Close())
}
