# Runs a server as long as a test process uses it, and a moment longer: the next test may come. Arguments: its folder, the
# folder of PostgreSQL's programs, the port. Test processes hold a shared lock on the file `users`; the kernel lets go of it
# however they end.
folder=$1 programs=$2 port=$3
"$programs/postgres" -D "$folder/data" -p "$port" >>"$folder/log" 2>&1 &
server=$!
while kill -0 "$server" 2>/dev/null; do
  flock -x "$folder/users" true
  sleep 3
  # Whoever comes now waits for the lock, and finds no server.
  flock -x -n "$folder/users" sh -c '
    rm -f "$1/address"
    kill -QUIT "$2"
    while kill -0 "$2" 2>/dev/null; do sleep 0.05; done
    rm -rf "$1/data"
  ' - "$folder" "$server" && exit
done
