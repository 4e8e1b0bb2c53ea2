// Maker: golang.org/x/mod/sumdb makes a log that Comity has never seen.
//
// Usage: maker SIZE SEED NAME; writes one JSON object.
// Build: GO111MODULE=off GOPATH=/usr/share/gocode go build maker.go
package main

import (
	cryptorand "crypto/rand"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"strconv"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type log struct {
	Vkey        string
	Note        string
	Root        []byte
	Entries     [][]byte
	Inclusion   [][][]byte // one path for each entry
	Consistency [][][]byte // from each size, 1 first
	OldRoots    [][]byte
	Tiles       map[string][]byte // by sumdb's paths
}

type memory []tlog.Hash

func (m *memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		found[i] = (*m)[index]
	}
	return found, nil
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func plain(list []tlog.Hash) [][]byte {
	all := make([][]byte, len(list))
	for i := range list {
		all[i] = append([]byte(nil), list[i][:]...)
	}
	return all
}

func main() {
	size := must(strconv.ParseInt(os.Args[1], 10, 64))
	random := rand.New(rand.NewSource(must(strconv.ParseInt(os.Args[2], 10, 64))))
	name := os.Args[3]
	made := log{Tiles: map[string][]byte{}}
	stored := &memory{}
	for i := int64(0); i < size; i++ {
		entry := make([]byte, random.Intn(80))
		random.Read(entry)
		made.Entries = append(made.Entries, entry)
		*stored = append(*stored, must(tlog.StoredHashes(i, entry, stored))...)
		root := must(tlog.TreeHash(i+1, stored))
		made.OldRoots = append(made.OldRoots, root[:])
	}
	root := must(tlog.TreeHash(size, stored))
	made.Root = root[:]
	for i := int64(0); i < size; i++ {
		made.Inclusion = append(made.Inclusion, plain(must(tlog.ProveRecord(size, i, stored))))
		made.Consistency = append(made.Consistency, plain(must(tlog.ProveTree(size, i+1, stored))))
	}
	for _, tile := range tlog.NewTiles(8, 0, size) {
		made.Tiles[tile.Path()] = must(tlog.ReadTileData(tile, stored))
	}
	skey, vkey, err := note.GenerateKey(cryptorand.Reader, name)
	if err != nil {
		panic(err)
	}
	made.Vkey = vkey
	text := fmt.Sprintf("%s\n%d\n%s\n", name, size, root)
	made.Note = string(must(note.Sign(&note.Note{Text: text}, must(note.NewSigner(skey)))))
	if err := json.NewEncoder(os.Stdout).Encode(made); err != nil {
		panic(err)
	}
}
