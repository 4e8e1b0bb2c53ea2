// Judge: golang.org/x/mod/sumdb reads a live log as an ordinary client of C2SP tlog-tiles.
//
// client URL VERIFIER-KEY, with a bearer token in COMITY_LOG_TOKEN, prints what it found as JSON.
// Build: GO111MODULE=off GOPATH=/usr/share/gocode go build client.go
package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// remote answers sumdb's tile requests from the log's address.
type remote struct {
	url, token string
	tiles      map[string][]byte
}

func (r *remote) get(path string) ([]byte, error) {
	request, err := http.NewRequest("GET", r.url+"/"+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+r.token)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, answer.Status)
	}
	return io.ReadAll(answer.Body)
}

func (r *remote) Height() int { return 8 }

// ReadTiles maps sumdb's paths, which have the height, to those of tlog-tiles, which do not.
func (r *remote) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		path := "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
		content, found := r.tiles[path]
		if !found {
			var err error
			if content, err = r.get(path); err != nil {
				return nil, err
			}
			r.tiles[path] = content
		}
		data[i] = content
	}
	return data, nil
}

func (r *remote) SaveTiles([]tlog.Tile, [][]byte) {}

// memory keeps stored hashes in sumdb's order.
type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		found[i] = m[index]
	}
	return found, nil
}

func entries(bundle []byte, count int) ([][]byte, error) {
	var found [][]byte
	for len(bundle) > 0 {
		if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
			return nil, io.ErrUnexpectedEOF
		}
		end := 2 + int(binary.BigEndian.Uint16(bundle))
		found, bundle = append(found, bundle[2:end]), bundle[end:]
	}
	if len(found) != count {
		return nil, fmt.Errorf("%d entries in a bundle of %d", len(found), count)
	}
	return found, nil
}

func head(r *remote, vkey string) (tree tlog.Tree, err error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tree, err
	}
	data, err := r.get("checkpoint")
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	origin, rest, _ := strings.Cut(opened.Text, "\n")
	if origin != verifier.Name() {
		return tree, fmt.Errorf("a checkpoint of %s", origin)
	}
	// sumdb's own tree text has a fixed first line where C2SP has the origin.
	return tlog.ParseTree([]byte("go.sum database tree\n" + rest))
}

func readTiles(r *remote, tree tlog.Tree) ([]tlog.Hash, error) {
	reader := tlog.TileHashReader(tree, r)
	indexes := make([]int64, tree.N)
	for i := range indexes {
		indexes[i] = tlog.StoredHashIndex(0, int64(i))
	}
	return reader.ReadHashes(indexes)
}

// readEntries fetches every bundle, compares each entry's hash, and rebuilds the whole tree.
func readEntries(r *remote, tree tlog.Tree, leaves []tlog.Hash) (bundles int, err error) {
	var stored memory
	for start := int64(0); start < tree.N; start += 256 {
		tile := tlog.Tile{H: 8, L: -1, N: start / 256, W: int(min(256, tree.N-start))}
		path := "tile/entries/" + strings.TrimPrefix(tile.Path(), "tile/8/data/")
		data, err := r.get(path)
		if err != nil {
			return bundles, err
		}
		found, err := entries(data, tile.W)
		if err != nil {
			return bundles, err
		}
		bundles++
		for i, entry := range found {
			index := start + int64(i)
			if tlog.RecordHash(entry) != leaves[index] {
				return bundles, fmt.Errorf("entry %d is not that of its leaf", index)
			}
			more, err := tlog.StoredHashes(index, entry, stored)
			if err != nil {
				return bundles, err
			}
			stored = append(stored, more...)
		}
	}
	root, err := tlog.TreeHash(tree.N, stored)
	if err != nil || root != tree.Hash {
		return bundles, fmt.Errorf("the entries make another root (%v)", err)
	}
	all := tlog.NewTiles(8, 0, tree.N)
	fetched, err := r.ReadTiles(all)
	if err != nil {
		return bundles, err
	}
	for i, tile := range all {
		made, err := tlog.ReadTileData(tile, stored)
		if err != nil || string(made) != string(fetched[i]) {
			return bundles, fmt.Errorf("%s is not what the entries make (%v)", tile.Path(), err)
		}
	}
	return bundles, nil
}

func tell(said map[string]any, status int) {
	_ = json.NewEncoder(os.Stdout).Encode(said)
	os.Exit(status)
}

func main() {
	r := &remote{os.Args[1], os.Getenv("COMITY_LOG_TOKEN"), map[string][]byte{}}
	tree, err := head(r, os.Args[2])
	if err != nil {
		tell(map[string]any{"ok": false, "at": "checkpoint", "error": err.Error()}, 1)
	}
	leaves, err := readTiles(r, tree)
	if err != nil {
		tell(map[string]any{"ok": false, "at": "tile", "error": err.Error()}, 1)
	}
	bundles, err := readEntries(r, tree, leaves)
	if err != nil {
		tell(map[string]any{"ok": false, "at": "entry", "error": err.Error()}, 1)
	}
	tell(map[string]any{"ok": true, "size": tree.N, "tiles": len(r.tiles), "bundles": bundles}, 0)
}
