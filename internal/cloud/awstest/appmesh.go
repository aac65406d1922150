package awstest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

const root = "GET /v20190125/meshes"

// serveAppMesh adds the operations of App Mesh that read.
func (s *Server) serveAppMesh(mux *http.ServeMux) {
	s.serveList(mux, root, "ListMeshes", "meshes", "mesh")
	s.serveOne(mux, root+"/{mesh}", "DescribeMesh", "mesh")
	for _, t := range []string{"virtualNode", "virtualService", "virtualRouter", "virtualGateway"} {
		name := strings.ToUpper(t[:1]) + t[1:]
		s.serveList(mux, root+"/{mesh}/"+t+"s", "List"+name+"s", t+"s", t)
		s.serveOne(mux, root+"/{mesh}/"+t+"s/{name}", "Describe"+name, t)
	}
	for _, t := range []string{"route", "gatewayRoute"} {
		name := strings.ToUpper(t[:1]) + t[1:]
		base := root + "/{mesh}/" + parents[t] + "/{parent}/" + t + "s"
		s.serveList(mux, base, "List"+name+"s", t+"s", t)
		s.serveOne(mux, base+"/{name}", "Describe"+name, t)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.answer(w, r, "unknown:"+r.Method+" "+r.URL.Path, http.NotFound)
	})
}

func (s *Server) serveOne(mux *http.ServeMux, pattern, operation, kind string) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		s.answer(w, r, "appmesh:"+operation, func(w http.ResponseWriter, r *http.Request) {
			found := s.all(r.PathValue("mesh"), func(x *Resource) bool {
				return x.Type == kind && inside(x, r) && (kind == "mesh" || x.Name == r.PathValue("name"))
			})
			if len(found) == 0 {
				Refuse(w, http.StatusNotFound, "NotFoundException", "There is no such "+kind)
				return
			}
			write(w, descriptionOf(found[0]))
		})
	})
}

// inside tells whether a resource is in what the request's path names.
func inside(x *Resource, r *http.Request) bool {
	owner := r.URL.Query().Get("meshOwner")
	return x.Mesh == r.PathValue("mesh") && x.Parent == r.PathValue("parent") && (owner == "" || owner == x.Owner)
}

func (s *Server) serveList(mux *http.ServeMux, pattern, operation, key, kind string) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		s.answer(w, r, "appmesh:"+operation, func(w http.ResponseWriter, r *http.Request) {
			if missing := s.missing(kind, r); missing != "" {
				Refuse(w, http.StatusNotFound, "NotFoundException", "There is no such "+missing)
				return
			}
			writePage(w, r, key, s.all(r.PathValue("mesh"), func(x *Resource) bool {
				return x.Type == kind && (kind == "mesh" || inside(x, r))
			}))
		})
	})
}

// missing is the type of what a list is within and is not there.
func (s *Server) missing(kind string, r *http.Request) string {
	within := "mesh"
	if p := parents[kind]; p != "" {
		within = p
	}
	if kind == "mesh" || len(s.all(r.PathValue("mesh"), func(x *Resource) bool {
		return x.Type == within && x.Mesh == r.PathValue("mesh") && (within == "mesh" || x.Name == r.PathValue("parent"))
	})) > 0 {
		return ""
	}
	return within
}

func writePage(w http.ResponseWriter, r *http.Request, key string, found []*Resource) {
	limit, err := strconv.Atoi(r.URL.Query().Get("limit"))
	from, wrong := strconv.Atoi(strings.TrimPrefix(r.URL.Query().Get("nextToken"), "from-"))
	if err != nil || limit < 1 || limit > 100 || wrong != nil && r.URL.Query().Has("nextToken") || from > len(found) {
		Refuse(w, http.StatusBadRequest, "BadRequestException", "limit or nextToken is wrong")
		return
	}
	to := min(from+limit, len(found))
	entries := make([]any, 0, limit)
	for _, x := range found[from:to] {
		entries = append(entries, entryOf(x))
	}
	out := map[string]any{key: entries}
	if to < len(found) {
		out["nextToken"] = fmt.Sprintf("from-%d", to)
	}
	write(w, out)
}

func write(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body) //nolint:errchkjson // who asks has gone
}
