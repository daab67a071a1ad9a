#!/bin/sh
# archive_command of PostgreSQL: keep one segment of the write-ahead log. Never overwrites another one.
#   archive-wal.sh %p %f ARCHIVE
# Exit 0 only when the archive holds exactly this segment and has it on its disk; PostgreSQL then may reuse its own copy.
set -eu
source=$1
name=$2
archive=$3
target=$archive/$name

if [ -e "$target" ]; then
    # After a crash the server may ask again for a segment that arrived: the same one is fine, another one never.
    cmp -s -- "$source" "$target" && exit 0
    echo "archive-wal: $name is in the archive already and differs" >&2
    exit 1
fi

umask 077
part=$archive/.$name.$$.part
trap 'rm -f -- "$part"' EXIT
cp -- "$source" "$part"
sync -- "$part"
# A link, not a rename: it fails where a file of that name has come meanwhile.
ln -- "$part" "$target"
rm -f -- "$part"
trap - EXIT
sync -- "$archive"
