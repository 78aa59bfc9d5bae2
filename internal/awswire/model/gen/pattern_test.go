package main

import "testing"

func TestGoPattern(t *testing.T) {
	for java, want := range map[string]string{
		`[\w+=,.@-]+`:               `[\w+=,.@-]+`,
		`[\u0020-\u00FF]+`:          `[\x{0020}-\x{00FF}]+`,
		`[\u10000-\u10FFFF]`:        `[\x{1000}0-\x{10FF}FF]`,
		`(\u002F)|(\u002F.+\u002F)`: `(\x{002F})|(\x{002F}.+\x{002F})`,
	} {
		if got := goPattern(java); got != want {
			t.Errorf("%s becomes %s, want %s", java, got, want)
		}
	}
}
