#!/bin/sh
# Runs ffmpeg or ffprobe on untrusted media: empty environment, no network, no privileges, bounded
# memory, CPU time, files and processes, and dead as soon as the worker that started it is.
#   sandbox.sh <program, absolute> <CPU seconds> <bytes of memory> <bytes of a file> <worker's process> <argument>...
#   sandbox.sh --missing        names the protections that this system does not offer
# Every step replaces this process, so the caller's child is ffmpeg itself and dies by one signal.

PATH=/usr/local/bin:/usr/bin:/bin
export PATH

OPEN_FILES=256
# Threads count too. The kernel exempts root; elsewhere this counts inside the user namespace alone.
PROCESSES=2048
# Without them root can neither look into the worker nor leave the namespace.
NO_CAPABILITIES='--bounding-set=-all --inh-caps=-all'

has() { command -v "$1" >/dev/null 2>&1; }

network_off() {
  if unshare -n true 2>/dev/null; then
    echo 'unshare -n'
  elif unshare -r -n true 2>/dev/null; then
    echo 'unshare -r -n'
  fi
}

# shellcheck disable=SC2086 # each holds a command and its options, or nothing
capabilities_off() {
  $network setpriv $NO_CAPABILITIES true 2>/dev/null && echo "$NO_CAPABILITIES"
}

case "${1:-}" in
  /*) ;;
  --missing)
    network=$(network_off)
    has setpriv || printf 'setpriv '
    has prlimit || printf 'prlimit '
    [ -n "$network" ] || printf 'unshare '
    # Only root has any to lose.
    [ "$(id -u)" != 0 ] || ! has setpriv || [ -n "$(capabilities_off)" ] || printf 'capabilities '
    exit 0
    ;;
  # fluent-ffmpeg asks for listings before each first run; these are the names it must find.
  -formats)
    for name in null image2 rawvideo mp4 mov wav adts aac amr matroska mpegts avi; do
      echo " DE $name  $name"
    done
    exit 0
    ;;
  *) exit 0 ;;
esac

program=$1 cpu=$2 memory=$3 size=$4 worker=$5
shift 5
network=$(network_off)

limits="prlimit --as=$memory --cpu=$cpu --fsize=$size --nofile=$OPEN_FILES --core=0"
if ! has prlimit; then
  limits=
  ulimit -t "$cpu" 2>/dev/null
  ulimit -v $((memory / 1024)) 2>/dev/null
  ulimit -f $((size / 512)) 2>/dev/null
  ulimit -n "$OPEN_FILES" 2>/dev/null
  ulimit -c 0 2>/dev/null
elif prlimit --nproc="$PROCESSES" true 2>/dev/null; then
  limits="$limits --nproc=$PROCESSES"
fi

guard="setpriv --pdeathsig KILL --no-new-privs $(capabilities_off)"
if ! has setpriv; then
  guard=
  child=$$
  (
    while kill -0 "$worker" 2>/dev/null && kill -0 "$child" 2>/dev/null; do sleep 1; done
    kill -KILL "$child" 2>/dev/null
  ) </dev/null >/dev/null 2>&1 &
fi

# A worker that died before the guard stood is not seen by it.
# shellcheck disable=SC2016 # for the inner shell
begin='[ "$PPID" = "$1" ] || exit 1; shift; unset PWD; exec nice -n 10 "$@"'

# shellcheck disable=SC2086 # each holds a command and its options, or nothing
# The packaged, statically linked programs crash on the character tables of other C libraries.
exec env -i PATH="$PATH" LC_ALL=C GCONV_PATH=/nonexistent AV_LOG_FORCE_NOCOLOR=1 \
  $network $guard $limits /bin/sh -c "$begin" sandbox "$worker" "$program" "$@"
