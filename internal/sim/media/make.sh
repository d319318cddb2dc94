#!/bin/sh
# Makes the clips and covers of the fake provider from a folder of stills:
#
#     internal/sim/media/make.sh FOLDER
#
# FOLDER holds <name>.png for every name below: the stills of the project, each rendered at
# its own size (1280 wide, the tall ones 1280 high). A camera moves over the still; the cover
# is the first frame, so that a preview starts where the cover ends. Needs ffmpeg with libx264.
set -eu

stills=${1:?usage: make.sh FOLDER}
out=$(cd "$(dirname "$0")" && pwd)

# clip NAME SECONDS WIDTHxHEIGHT ZOOM X Y [CRF] [FILTER]
# ZOOM, X and Y are zoompan expressions in p, which runs from 0 to 1 with a soft start and
# stop; X and Y are shares of the room that the zoom leaves.
clip() {
	name=$1 seconds=$2 size=$3 crf=${7:-33} extra=${8:-null}
	frames=$((seconds * 24))
	t="(on/$frames)"
	p="($t*$t*(3-2*$t))"
	zoom=$(echo "$4" | sed "s|p|$p|g")
	x=$(echo "$5" | sed "s|p|$p|g")
	y=$(echo "$6" | sed "s|p|$p|g")
	width=${size%x*} height=${size#*x}
	# Six times the size first: zoompan moves by whole pixels of its input.
	fill="scale=$((width * 6)):$((height * 6)):force_original_aspect_ratio=increase:flags=bicubic"
	crop="crop=$((width * 6)):$((height * 6))"
	pan="zoompan=z='$zoom':x='(iw-iw/zoom)*($x)':y='(ih-ih/zoom)*($y)':d=$frames:s=$size:fps=24"
	ffmpeg -v error -y -i "$stills/$name.png" -map_metadata -1 -fflags +bitexact \
		-vf "$fill,$crop,$pan,$extra,format=yuv420p" -an \
		-c:v libx264 -preset veryslow -tune animation -crf "$crf" -g 240 -threads 1 \
		-flags:v +bitexact -movflags +faststart "$out/$name.mp4"
	ffmpeg -v error -y -i "$stills/$name.png" -map_metadata -1 -fflags +bitexact \
		-filter_complex "$fill,$crop,$pan,$extra,format=rgb24,split[a][b];\
[a]trim=end_frame=1,palettegen=max_colors=40[c];[b]trim=end_frame=1[d];\
[d][c]paletteuse=dither=none" -frames:v 1 -compression_level 9 -pred none "$out/$name.png"
}

glow="eq=eval=frame:brightness='0.025*sin(2*PI*t/2.5)'"
sway="rotate='0.012*sin(2*PI*t/4)':bilinear=1,crop=iw*0.94:ih*0.94,scale=480:270"

clip coast-dawn  5 480x270 "1.10+0.16*p" "0.25+0.65*p" "0.75"
clip coast-storm 4 480x270 "1.35-0.20*p" "0.75-0.60*p" "0.60"
clip alps-fog    8 480x270 "1.25+0.10*p" "0.05+0.90*p" "0.60-0.20*p"
clip aurora     10 480x270 "1.15+0.20*p" "0.15+0.70*p" "0.25"          33 "$glow"
clip neon-rain   5 480x270 "1.50-0.25*p" "0.15+0.70*p" "0.80"          37
clip boat        4 480x270 "1.05+0.30*p" "0.45+0.15*p" "0.70"          33 "$sway"
clip reef        8 480x270 "1.20+0.25*p" "0.10+0.80*p" "0.45"
clip dunes       3 480x270 "1.20+0.10*p" "0.95-0.85*p" "0.50"
clip whale      10 480x270 "1.60-0.45*p" "0.25+0.40*p" "0.35+0.10*p"   34
clip train       5 480x270 "1.40+0.05*p" "0.22+0.66*p" "0.45"
clip lanterns    5 270x480 "1.35"        "0.40+0.20*p" "0.05+0.90*p"   34 "$glow"
clip city-tall   5 270x480 "1.50-0.30*p" "0.20+0.60*p" "0.95-0.65*p"   38
clip room        3 270x480 "1.05+0.40*p" "0.55+0.20*p" "0.85"
clip tea         8 270x480 "1.02+0.40*p" "0.50"        "0.20+0.50*p"   34

du -b -c "$out"/*.mp4 "$out"/*.png
