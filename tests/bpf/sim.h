/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The machine under the BPF side when it runs as a user space program: clock, current task, memory
 * that can be read, maps, ring buffer. Knows no vhost. Every map value is an allocation of its own
 * size, so that the sanitizers see a step beyond it.
 */
#ifndef TESTS_BPF_SIM_H
#define TESTS_BPF_SIM_H

#include <errno.h>
#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SIM_MAPS    18
#define SIM_CPUS    16
#define SIM_ENTRIES 64
#define SIM_REGIONS 64

struct sim_entry {
	void *key;
	void *value;
};

struct sim_map {
	const void *id; /* address of the map's declaration */
	size_t key_size;
	size_t value_size;
	unsigned max_entries;
	unsigned len;
	bool is_array;
	struct sim_entry *entries;
};

static struct {
	__u64 now_ns;
	__u32 tid;
	__u32 cpu;
	__u64 ring_waiting;
	bool ring_full;
	unsigned frames; /* of the stack that a tick finds */
	void *record;	 /* reserved last */
	void (*submitted)(const void *record);
	void (*lost)(void);
	void (*interrupt)(void); /* comes when the clock is read; may be NULL */
	struct sim_map maps[SIM_MAPS];
	unsigned map_len;
	struct {
		const char *start;
		size_t size;
	} regions[SIM_REGIONS];
	unsigned region_len;
} sim;

static inline void sim_region(const void *start, size_t size)
{
	if (sim.region_len == SIM_REGIONS)
		abort();
	sim.regions[sim.region_len].start = start;
	sim.regions[sim.region_len++].size = size;
}

/* As in the kernel, an address nobody has fails and leaves zeroes. */
static inline long sim_read(void *into, size_t size, const void *from)
{
	__u64 address = (__u64)from, start;
	unsigned i;

	for (i = 0; i < sim.region_len; i++) {
		start = (__u64)sim.regions[i].start;
		if (address < start || address + size > start + sim.regions[i].size)
			continue;
		memcpy(into, from, size);
		return 0;
	}
	memset(into, 0, size);
	return -EFAULT;
}

static inline void *sim_alloc(size_t size)
{
	void *memory = calloc(1, size);

	if (!memory)
		abort();
	return memory;
}

static inline struct sim_map *sim_map_add(const void *id, size_t key_size, size_t value_size,
					  unsigned max_entries, bool is_array)
{
	struct sim_map *map = &sim.maps[sim.map_len++];
	unsigned i;

	if (sim.map_len > SIM_MAPS)
		abort();
	*map = (struct sim_map){.id = id,
				.key_size = key_size,
				.value_size = value_size,
				.max_entries = max_entries,
				.is_array = is_array,
				.entries = sim_alloc(max_entries * sizeof(struct sim_entry))};
	for (i = 0; is_array && i < max_entries; i++)
		map->entries[i].value = sim_alloc(value_size);
	map->len = is_array ? max_entries : 0;
	return map;
}

static inline struct sim_map *sim_map_of(const void *id)
{
	unsigned i;

	for (i = 0; i < sim.map_len; i++)
		if (sim.maps[i].id == id)
			return &sim.maps[i];
	abort();
}

static inline struct sim_entry *sim_entry(struct sim_map *map, const void *key)
{
	unsigned i;

	if (map->is_array) {
		memcpy(&i, key, sizeof(i));
		return i < map->len ? &map->entries[i] : NULL;
	}
	for (i = 0; i < map->len; i++)
		if (!memcmp(map->entries[i].key, key, map->key_size))
			return &map->entries[i];
	return NULL;
}

static inline void *sim_lookup(const void *id, const void *key)
{
	struct sim_entry *entry = sim_entry(sim_map_of(id), key);

	return entry ? entry->value : NULL;
}

static inline long sim_update(const void *id, const void *key, const void *value, __u64 flags)
{
	struct sim_map *map = sim_map_of(id);
	struct sim_entry *entry = sim_entry(map, key);

	if (entry && flags == BPF_NOEXIST)
		return -EEXIST;
	if (!entry) {
		if (map->len == map->max_entries)
			return -E2BIG;
		entry = &map->entries[map->len++];
		entry->key = sim_alloc(map->key_size);
		entry->value = sim_alloc(map->value_size);
		memcpy(entry->key, key, map->key_size);
	}
	memcpy(entry->value, value, map->value_size);
	return 0;
}

static inline long sim_delete(const void *id, const void *key)
{
	struct sim_map *map = sim_map_of(id);
	struct sim_entry *entry = sim_entry(map, key);

	if (!entry)
		return -ENOENT;
	free(entry->key);
	free(entry->value);
	*entry = map->entries[--map->len];
	return 0;
}

static inline long sim_push(const void *id, const void *value)
{
	struct sim_map *map = sim_map_of(id);

	if (map->len == map->max_entries)
		return -E2BIG;
	map->entries[map->len].value = sim_alloc(map->value_size);
	memcpy(map->entries[map->len++].value, value, map->value_size);
	return 0;
}

static inline long sim_pop(const void *id, void *value)
{
	struct sim_map *map = sim_map_of(id);

	if (!map->len)
		return -ENOENT;
	memcpy(value, map->entries[--map->len].value, map->value_size);
	free(map->entries[map->len].value);
	return 0;
}

static inline void *sim_reserve(const void *id, size_t size)
{
	(void)id;
	if (sim.ring_full) {
		sim.lost();
		return NULL;
	}
	sim.record = sim_alloc(size);
	return sim.record;
}

static inline void sim_submit(void *record, __u64 flags)
{
	(void)flags;
	sim.submitted(record);
	free(record);
	sim.record = NULL;
}

static inline void sim_discard(void *record)
{
	free(record);
	sim.record = NULL;
}

/* The frames set in the machine; -EFAULT when there are none. */
static inline long sim_stack(void *into, size_t size)
{
	size_t bytes = sim.frames * sizeof(__u64);

	if (!bytes || bytes > size)
		return -EFAULT;
	memset(into, 1, bytes);
	return (long)bytes;
}

static inline long sim_output(const void *id, const void *data, size_t size)
{
	void *record = sim_reserve(id, size);

	if (!record)
		return -EAGAIN;
	memcpy(record, data, size);
	sim_submit(record, 0);
	return 0;
}

static inline __u64 sim_waiting(const void *id, __u64 what)
{
	(void)id, (void)what;
	return sim.ring_waiting;
}

static inline __u64 sim_clock(void)
{
	void (*interrupt)(void) = sim.interrupt;

	sim.interrupt = NULL; /* one at a time */
	if (interrupt)
		interrupt();
	sim.interrupt = interrupt;
	return sim.now_ns;
}

/* Forgets everything, as if the machine had been switched off. */
static inline void sim_reset(void)
{
	struct sim_map *map;
	unsigned i;

	for (map = sim.maps; map < sim.maps + sim.map_len; map++) {
		for (i = 0; i < map->len; i++) {
			if (!map->is_array)
				free(map->entries[i].key);
			free(map->entries[i].value);
		}
		free(map->entries);
	}
	memset(&sim, 0, sizeof(sim));
}

#endif
