package kie

import (
	"slices"
	"testing"
)

func TestProductsAreThoseThatCanBeAskedAbout(t *testing.T) {
	t.Parallel()
	for _, product := range Products() {
		if got := endpoints(product, "x"); len(got) != 1 {
			t.Errorf("%s has %d endpoints of records, want its own", product, len(got))
		}
	}
	for _, source := range Sources() {
		if source.Product != "" && !slices.Contains(Products(), source.Product) {
			t.Errorf("the source %s has a product that is not listed", source.Name)
		}
	}
}
