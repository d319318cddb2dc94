package kie

// Products lists the products whose tasks can be told of, the most used first.
func Products() []string { return []string{Veo, Runway, RunwayExtend, Aleph, Market, Luma} }
