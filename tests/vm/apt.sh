# shellcheck shell=bash
# Packages of any Debian suite, without touching the machine's own apt: lists, state and cache are in
# the cache directory. Needs lib.sh. Sourced, under the cache's lock.
export LC_ALL=C

readonly keyring=/usr/share/keyrings/debian-archive-keyring.gpg
readonly suites='bullseye bookworm trixie sid'
readonly extras='-updates -backports'

# Held until the script ends; the cache then has the directories named.
lock_cache() { # DIRECTORY...
	mkdir -p "$cache" "${@/#/$cache/}" || die "cannot write to $cache"
	{ exec {lock}>"$cache/lock" && flock "$lock"; } || die "cannot lock $cache/lock"
}

# The suite this machine runs.
codename() {
	(. /etc/os-release && printf %s "${VERSION_CODENAME:-}")
}

# site RELEASE...: the mirror this machine's own apt uses for the first of these releases it knows.
site() {
	local release
	for release in "$@"; do
		apt-get indextargets --format "\$(RELEASE) \$(SITE)" --no-release-info 2>/dev/null |
			awk -v r="$release" '$1 == r { print $2; exit }'
	done | head -n 1
}

write_sources() {
	local codename main security suite extra
	codename=$(codename)
	main=$(site "$codename" stable)
	security=$(site "$codename-security" stable-security)
	[[ -n $main ]] || die "apt knows no Debian mirror for '$codename'; see /etc/apt/sources.list"
	for suite in $suites; do
		echo "deb [signed-by=$keyring] $main $suite main"
		[[ $suite != sid ]] || continue
		[[ -z $security ]] || echo "deb [signed-by=$keyring] $security $suite-security main"
		for extra in $extras; do
			# Backports of the oldest suite are gone from the mirrors.
			[[ $suite$extra == bullseye-backports ]] ||
				echo "deb [signed-by=$keyring] $main $suite$extra main"
		done
	done
}

# apt with sources, state and cache of our own: the machine's apt is neither read nor changed.
private() {
	local tool=$1 root=$cache/apt
	shift
	"$tool" -q -o Dir::Etc::sourcelist="$root/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o Dir::State::lists="$root/lists" -o Dir::State::status="$root/status" \
		-o Dir::Cache="$root/cache" -o Dir::Cache::pkgcache=pkgs -o Dir::Cache::srcpkgcache=srcpkgs \
		-o APT::Sandbox::User= -o APT::Update::Post-Invoke= \
		-o Acquire::Languages=none -o Acquire::Retries=2 "$@"
}

update_lists() {
	local root=$cache/apt
	mkdir -p "$root/lists/partial" "$root/cache/archives/partial"
	: >"$root/status"
	write_sources >"$root/sources.list" || exit
	say "asking the mirror what it has"
	# One suite that has left the mirror must not hide the others.
	private apt-get update >"$root/log" 2>&1
	grep -m 1 "^[EW]:" "$root/log" | cut -c -150 | sed "s/^/vm: apt: /" >&2
}

lists_are_old() {
	[[ -z $(find "$cache/apt/log" -mmin -1440 2>/dev/null) ]]
}

# Asks at most once a day, unless FORCE says something.
refresh_lists() { # FORCE
	if [[ -n $1 ]] || lists_are_old; then
		update_lists
	fi
}
