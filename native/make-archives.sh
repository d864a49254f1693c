#!/usr/bin/env bash
# Makes the archives of native/linux-x64 from the stripped, xz-compressed libraries, and writes SHA256SUMS.
#   native/make-archives.sh FOLDER_WITH_XZ [OUTPUT_FOLDER]
# Needs xz and zstd. Takes 18 minutes on one core: level 22 with a window of 128 MiB brings the big library under 100 MiB,
# the largest file that common hosts of repositories accept.
set -euo pipefail
if [ $# -lt 1 ]; then
  echo "usage: $0 FOLDER_WITH_XZ [OUTPUT_FOLDER]" >&2
  exit 2
fi
input="$(cd "$1" && pwd)"
output="${2:-$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/linux-x64}"
libraries=(libtensorflow_cc.so.2 libtensorflow_framework.so.2)

mkdir -p "$output"
cd "$output"
for library in "${libraries[@]}"; do
  xz -dc "$input/$library.xz" | zstd --ultra -22 --long=27 --quiet --force -o "$library.zst"
done

# The archives first: those lines can be checked in place, by `sha256sum --check --ignore-missing SHA256SUMS`.
sums="$(sha256sum "${libraries[@]/%/.zst}")"
for library in "${libraries[@]}"; do
  sums+=$'\n'"$(zstd -dc --long=27 --quiet "$library.zst" | sha256sum | cut -d' ' -f1)  $library"
done
printf '%s\n' "$sums" > SHA256SUMS
cat SHA256SUMS
echo "Compare the last two with Bridge/Core/Native/Loading/VendoredRelease.cs." >&2
