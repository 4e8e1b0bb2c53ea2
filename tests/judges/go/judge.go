// Judge: golang.org/x/mod/sumdb reads our notes and checks our proofs.
//
// One JSON case per line in, one verdict per line out.
// Build: GO111MODULE=off GOPATH=/usr/share/gocode go build judge.go
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type testCase struct {
	Op      string
	Note    []byte
	Vkey    string
	Index   int64
	Size    int64
	OldSize int64
	Root    []byte
	OldRoot []byte
	Leaf    []byte
	Path    [][]byte
	Entries [][]byte
	Tiles   map[string][]byte
}

type verdict struct {
	Ok    bool
	Error string
	Size  int64
	Root  []byte
}

// memory keeps stored hashes in sumdb's order.
type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		found[i] = m[index]
	}
	return found, nil
}

// files answers sumdb's tile requests from a map keyed by sumdb's paths.
type files map[string][]byte

func (f files) Height() int { return 8 }

func (f files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		content, found := f[tile.Path()]
		if !found {
			return nil, os.ErrNotExist
		}
		data[i] = content
	}
	return data, nil
}

func (f files) SaveTiles([]tlog.Tile, [][]byte) {}

func hash(b []byte) (h tlog.Hash) {
	copy(h[:], b)
	return h
}

func hashes(list [][]byte) []tlog.Hash {
	all := make([]tlog.Hash, len(list))
	for i, b := range list {
		all[i] = hash(b)
	}
	return all
}

// witness checks cosignature/v1 lines, written from c2sp.org/tlog-cosignature.
type witness struct {
	name string
	key  ed25519.PublicKey
}

func (w witness) Name() string { return w.name }

func (w witness) KeyHash() uint32 {
	sum := sha256.Sum256(append([]byte(w.name+"\n\x04"), w.key...))
	return binary.BigEndian.Uint32(sum[:])
}

func (w witness) Verify(text, signature []byte) bool {
	if len(signature) != 72 {
		return false
	}
	when := binary.BigEndian.Uint64(signature)
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", when, text)
	return ed25519.Verify(w.key, []byte(message), signature[8:])
}

func openCosigned(c testCase) error {
	name, _, _ := strings.Cut(c.Vkey, "+")
	key, err := base64.StdEncoding.DecodeString(c.Vkey[strings.LastIndex(c.Vkey, "+")+1:])
	if err != nil || len(key) != 33 || key[0] != 4 {
		return os.ErrInvalid
	}
	_, err = note.Open(c.Note, note.VerifierList(witness{name, key[1:]}))
	return err
}

func openCheckpoint(c testCase) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(c.Vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(c.Note, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	// sumdb's own tree text has a fixed first line where C2SP has the origin.
	rest := opened.Text[bytes.IndexByte([]byte(opened.Text), '\n'):]
	return tlog.ParseTree([]byte("go.sum database tree" + rest))
}

func rebuild(entries [][]byte) (tlog.Hash, error) {
	var stored memory
	for i, entry := range entries {
		more, err := tlog.StoredHashes(int64(i), entry, stored)
		if err != nil {
			return tlog.Hash{}, err
		}
		stored = append(stored, more...)
	}
	return tlog.TreeHash(int64(len(entries)), stored)
}

func judge(c testCase) (tree tlog.Tree, err error) {
	switch c.Op {
	case "note":
		return openCheckpoint(c)
	case "cosigned":
		return tree, openCosigned(c)
	case "record":
		return tree, tlog.CheckRecord(hashes(c.Path), c.Size, hash(c.Root), c.Index, hash(c.Leaf))
	case "tree":
		return tree, tlog.CheckTree(hashes(c.Path), c.Size, hash(c.Root), c.OldSize, hash(c.OldRoot))
	case "entries":
		tree.N = int64(len(c.Entries))
		tree.Hash, err = rebuild(c.Entries)
		return tree, err
	case "tiles":
		head := tlog.Tree{N: c.Size, Hash: hash(c.Root)}
		reader := tlog.TileHashReader(head, files(c.Tiles))
		if _, err = tlog.TreeHash(c.Size, reader); err != nil {
			return head, err
		}
		_, err = tlog.ProveRecord(c.Size, c.Index, reader)
		return head, err
	}
	return tree, os.ErrInvalid
}

func main() {
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var c testCase
		if in.Decode(&c) != nil {
			return
		}
		tree, err := judge(c)
		v := verdict{Ok: err == nil, Size: tree.N, Root: tree.Hash[:]}
		if err != nil {
			v.Error = err.Error()
		}
		_ = out.Encode(v)
	}
}
