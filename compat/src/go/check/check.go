// Package check is what a checking program says: one JSON object a line, read by the suite that runs it.
package check

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"
)

type line struct {
	Say   string `json:"say,omitempty"`
	Check string `json:"check,omitempty"`
	Holds bool   `json:"holds,omitempty"`
	Found string `json:"found,omitempty"`
	Done  bool   `json:"done,omitempty"`
}

func print(l line) {
	bytes, err := json.Marshal(l)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(bytes))
}

// That the fact of this sentence holds.
func That(sentence string, holds bool, found any) {
	l := line{Check: sentence, Holds: holds}
	if !holds {
		l.Found = fmt.Sprintf("%.1000v", fmt.Sprint(found))
	}
	print(l)
}

// Equal holds that two values print alike.
func Equal(sentence string, found, expected any) {
	f, e := fmt.Sprint(found), fmt.Sprint(expected)
	That(sentence+", expected "+e, f == e, f)
}

// Refused holds that a call failed with an error that says so.
func Refused(sentence, name string, err error) {
	That(sentence+": "+name, err != nil && strings.Contains(err.Error(), name), err)
}

// Must ends the story when a call failed.
func Must(err error) {
	if err != nil {
		panic(err)
	}
}

// Of is the value of a call that may not fail.
func Of[T any](value T, err error) T {
	Must(err)
	return value
}

// Eventually asks again until the answer is yes, for at most 20 seconds.
func Eventually(holds func() bool) bool {
	deadline := time.Now().Add(20 * time.Second)
	for !holds() {
		if time.Now().After(deadline) {
			return false
		}
		time.Sleep(20 * time.Millisecond)
	}
	return true
}

// Story is one story with its name.
type Story struct {
	Name string
	Tell func(bootstrap string)
}

// Run tells each story; one that panics does not stop the others.
func Run(stories []Story) {
	bootstrap := os.Args[1]
	for _, story := range stories {
		tell(story, bootstrap)
	}
	print(line{Done: true})
}

func tell(story Story, bootstrap string) {
	defer func() {
		if thrown := recover(); thrown != nil {
			That(story.Name+" comes to its end", false, thrown)
		}
	}()
	story.Tell(bootstrap)
	print(line{Say: story.Name})
}
