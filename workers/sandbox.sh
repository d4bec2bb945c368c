#!/bin/sh
# Runs ffmpeg or ffprobe on untrusted media: empty environment, no network, no new privileges,
# bounded memory, CPU time and file size, and dead as soon as the worker that started it is.
#   sandbox.sh <program, absolute> <CPU seconds> <largest file in bytes> <argument>...
#   sandbox.sh --missing        names the protections that this system does not offer
# Every step replaces this process, so the caller's child is ffmpeg itself and dies by one signal.

MEMORY_BYTES=6442450944
PATH=/usr/local/bin:/usr/bin:/bin
export PATH

has() { command -v "$1" >/dev/null 2>&1; }

network_off() {
  if unshare -n true 2>/dev/null; then
    echo 'unshare -n'
  elif unshare -r -n true 2>/dev/null; then
    echo 'unshare -r -n'
  fi
}

case "${1:-}" in
  /*) ;;
  --missing)
    has setpriv || printf 'setpriv '
    has prlimit || printf 'prlimit '
    [ -n "$(network_off)" ] || printf 'unshare '
    exit 0
    ;;
  # fluent-ffmpeg asks for listings before each first run; these are the names it must find.
  -formats)
    for name in null image2 rawvideo mp4 mov wav adts matroska mpegts avi; do
      echo " DE $name  $name"
    done
    exit 0
    ;;
  *) exit 0 ;;
esac

program=$1 cpu=$2 size=$3
shift 3

limits="prlimit --as=$MEMORY_BYTES --cpu=$cpu --fsize=$size --nofile=256 --core=0"
if ! has prlimit; then
  limits=
  ulimit -t "$cpu" 2>/dev/null
  ulimit -c 0 2>/dev/null
fi

guard='setpriv --pdeathsig KILL --no-new-privs'
if ! has setpriv; then
  guard=
  child=$$ parent=$PPID
  (
    while kill -0 "$parent" 2>/dev/null && kill -0 "$child" 2>/dev/null; do sleep 1; done
    kill -KILL "$child" 2>/dev/null
  ) </dev/null >/dev/null 2>&1 &
fi

# shellcheck disable=SC2046,SC2086 # each holds a command and its options, or nothing
# The packaged, statically linked programs crash on the character tables of other C libraries.
exec env -i PATH="$PATH" LC_ALL=C GCONV_PATH=/nonexistent AV_LOG_FORCE_NOCOLOR=1 \
  $(network_off) $guard $limits nice -n 10 "$program" "$@"
