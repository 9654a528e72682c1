#!/bin/sh
# with-keyring.sh COMMAND [ARG...]: runs it on a session bus of its own with a fresh, unlocked keyring (password
# "test"), passes its exit code on and leaves nothing behind. NO_SERVICE=1: the same bus without any keyring.
set -u
room=$(mktemp -d "${TMPDIR:-/tmp}/portolan-keyring.XXXXXX")
trap 'rm -rf "$room"' EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
mkdir -m 700 -p "$room/data/keyrings" "$room/run"
export XDG_DATA_HOME="$room/data" XDG_RUNTIME_DIR="$room/run"

if [ "${NO_SERVICE:-}" = 1 ]; then
  # A configuration without service directories: nothing can be activated.
  printf '<busconfig><type>session</type><listen>unix:tmpdir=%s</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>' "$room/run" >"$room/bus.conf"
  dbus-run-session --config-file="$room/bus.conf" -- "$@"
  exit $?
fi

dbus-run-session -- sh -c '
  printf test | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 & keyring=$!
  tries=0
  # Asking for the service too early would activate a second, locked one.
  until [ "$(gdbus call --session -d org.freedesktop.DBus -o /org/freedesktop/DBus -m org.freedesktop.DBus.NameHasOwner org.freedesktop.secrets 2>/dev/null)" = "(true,)" ]; do
    tries=$((tries + 1))
    [ $tries -gt 100 ] && { echo "the secret service did not start" >&2; exit 97; }
    sleep 0.1
  done
  code=0
  "$@" || code=$?
  kill $keyring 2>/dev/null
  wait $keyring 2>/dev/null
  exit $code' sh "$@"
