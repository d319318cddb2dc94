package sim

import "github.com/reelback/reelback/internal/provider/kie"

// dayJobs is the order book of the day: a tea brand, a night train company, a picture book, a
// teaser for a town and an ocean charity, in the order in which the provider finished them.
func dayJobs() []job {
	var jobs []job
	for _, part := range [][]job{morning(), noon(), afternoon(), evening()} {
		jobs = append(jobs, part...)
	}
	return jobs
}

func veoJob(prompt string, clips ...string) job {
	return job{product: kie.Veo, prompt: prompt, clips: clips}
}

// tallJob is a 9:16 job of Veo: the result is cut from an original.
func tallJob(prompt, clip, original string) job {
	return job{product: kie.Veo, prompt: prompt, clips: []string{clip}, original: original}
}

func runwayJob(prompt, clip string) job {
	return job{product: kie.Runway, prompt: prompt, clips: []string{clip}}
}

func extendJob(prompt, clip string) job {
	return job{product: kie.RunwayExtend, prompt: prompt, clips: []string{clip}}
}

func failedJob(product, prompt string, code int, msg string) job {
	return job{product: product, prompt: prompt, code: code, msg: msg}
}

func morning() []job {
	repeated := runwayJob("Slow dolly along a calm bay at dawn, low sun, long lens", "coast-dawn")
	repeated.again = true
	return []job{
		repeated,
		extendJob("The light turns; rain clouds gather over the same bay", "coast-storm"),
		tallJob("Steam curls from a white cup of black tea, warm wooden table, macro, "+
			"shallow focus", "tea", "tea"),
		veoJob("Layered mountains in morning fog, a pale sun, aerial drift to the right",
			"alps-fog"),
		failedJob(kie.Veo, "A famous actor raises a cup of our tea and smiles into the camera",
			422, rejectedByFlow(veoProminent)),
		tallJob("A hand-tied paper parcel with a sprig of tea leaves, soft window light, 3 s loop",
			"room", "room"),
		runwayJob("View from a night train at first light, fields sliding past", "train"),
		extendJob("The train leans into a curve, trees whip by the window", "train"),
		veoJob("清晨的湖面上漂着一只白色纸船，雨圈慢慢散开，电影感", "boat"),
	}
}

func noon() []job {
	late := veoJob("A blue whale swims through a sea of clouds, picture-book style, gentle", "whale")
	late.late, late.code, late.msg = true, 500, veoTimeoutMsg
	several := veoJob("Three moods of one coast: dawn, storm, fog. Same framing, 16:9",
		"coast-dawn", "coast-storm", "alps-fog")
	smaller := veoJob("Sunbeams in a turquoise reef, a shoal of small fish crosses the frame", "reef")
	smaller.claimed = "1080p"
	return []job{
		several,
		late,
		failedJob(kie.Runway, "Animate the attached packshot, slow turn", 400,
			runwayRefusals()[0].en),
		runwayJob("Neon signs mirrored in a harbour after rain, night, slow push in", "neon-rain"),
		extendJob("The push continues; more windows light up", "neon-rain"),
		tallJob("Old town skyline at night, vertical, camera tilts up from the water",
			"city-tall", "neon-rain"),
		failedJob(kie.RunwayExtend, "The tide comes in and covers the camera", 400,
			runwayRefusals()[4].en),
		smaller,
		runwayJob("Orange dunes at sunset, one slow pan to the left", "dunes"),
	}
}

func afternoon() []job {
	fallback := veoJob("Children's choir on a hill under green northern lights, seen from behind",
		"aurora")
	fallback.fallback = true
	partly := veoJob("Two takes of a paper boat: calm water, then the first drop of rain", "boat")
	partly.gone = true
	return []job{
		tallJob("夜空中升起上百盏孔明灯，镜头缓缓下移，温暖的光", "lanterns", "lanterns"),
		fallback,
		extendJob("Keep the aurora moving for ten more seconds", "aurora"),
		failedJob(kie.Veo, "Street fight in a burning city, no mercy", 400, veoRefusals()[0].en),
		veoJob("Reef, wide shot, then closer: the shoal turns all at once", "reef", "reef"),
		runwayJob("A whale under clouds, paper-cut look, slow drift", "whale"),
		extendJob("The whale dives below the clouds", "whale"),
		partly,
		failedJob(kie.RunwayExtend, "Night train passes a lit station", 400,
			runwayRefusals()[6].en),
	}
}

func evening() []job {
	fallback := veoJob("A minister of a made-up country opens a bridge, papers fly", "alps-fog")
	fallback.fallback = true
	return []job{
		runwayJob("Desert ridge, heat haze, locked camera", "dunes"),
		tallJob("一杯热茶放在木桌上，蒸汽慢慢上升，竖屏", "tea", "tea"),
		veoJob("Four endings for the coast film, from bright to dark",
			"coast-dawn", "dunes", "coast-storm", "aurora"),
		failedJob(kie.Veo, "Title card: the ocean writes its own name", 501, veoFailedMsg),
		fallback,
		runwayJob("Rain on a harbour at night, reflections, handheld", "neon-rain"),
		extendJob("The boat drifts out of frame", "boat"),
		failedJob(kie.Runway, "A boxer lands the last blow, blood in slow motion", 400,
			runwayRefusals()[7].en),
		tallJob("Lanterns rise over a dark hill, one goes out", "lanterns", "lanterns"),
	}
}
