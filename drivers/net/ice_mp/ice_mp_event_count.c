/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Counters of the event engine. The event thread counts for itself and shows
 * others a copy whenever nothing is pending: for each source of what they see,
 * received = dispatched + coalesced + dropped, at all times.
 */

#include <stdio.h>

#include "ice_mp_event_priv.h"

/** Copies a reader begins before it takes one as it is: a primary that was
 * killed while it wrote must not hold up a secondary. */
#define COUNT_READ_MAX	1000

const char * const ice_mp_event_src_names[ICE_MP_SRC_COUNT] = {
	[ICE_MP_SRC_OICR] = "oicr",
	[ICE_MP_SRC_ARQ] = "arq",
	[ICE_MP_SRC_DOORBELL] = "doorbell",
	[ICE_MP_SRC_MAILBOX] = "mailbox",
	[ICE_MP_SRC_STATUS] = "status",
};

const char * const ice_mp_event_drop_names[ICE_MP_DROP_COUNT] = {
	[ICE_MP_DROP_BAD_LPORT] = "bad_lport",
	[ICE_MP_DROP_NO_PORT] = "no_port",
	[ICE_MP_DROP_UNKNOWN] = "unknown",
	[ICE_MP_DROP_MALFORMED] = "malformed",
	[ICE_MP_DROP_UNHANDLED] = "unhandled",
};

const char * const ice_mp_event_type_names[ICE_MP_EVENT_TYPES] = {
	[ICE_MP_EVENT_LINK] = "link",
	[ICE_MP_EVENT_RESET] = "reset",
	[ICE_MP_EVENT_VF_MBX] = "vf_mbx",
	[ICE_MP_EVENT_REMOVED] = "removed",
};

static const char * const kinds[] = { "received", "dispatched", "coalesced" };

/* Relaxed: which of them belong together, the sequence counter says. */
static void
copy_counters(uint64_t *to, const uint64_t *from)
{
	unsigned int i;

	for (i = 0; i < sizeof(struct ice_mp_event_counters) / sizeof(*to); i++)
		__atomic_store_n(&to[i], __atomic_load_n(&from[i], __ATOMIC_RELAXED),
				 __ATOMIC_RELAXED);
}

void
ice_mp_event_counters_show(struct ice_mp_event_engine *ev)
{
	rte_seqcount_write_begin(&ev->seq);
	copy_counters((uint64_t *)&ev->shown, (const uint64_t *)&ev->cnt);
	rte_seqcount_write_end(&ev->seq);
}

void
ice_mp_event_counters_get(const struct ice_mp_pf *pf, struct ice_mp_event_counters *out)
{
	const struct ice_mp_event_engine *ev = pf->events;
	unsigned int turn = 0;
	uint32_t sn;

	do {
		sn = rte_seqcount_read_begin(&ev->seq);
		copy_counters((uint64_t *)out, (const uint64_t *)&ev->shown);
	} while (rte_seqcount_read_retry(&ev->seq, sn) && ++turn < COUNT_READ_MAX);
}

uint64_t
ice_mp_event_count_of(const struct ice_mp_event_counters *c, enum ice_mp_event_source src,
		     unsigned int kind, char *name, size_t size)
{
	const uint64_t all[] = {
		c->src[src].received, c->src[src].dispatched, c->src[src].coalesced,
	};
	unsigned int drop = kind - RTE_DIM(kinds);

	if (kind < RTE_DIM(kinds)) {
		snprintf(name, size, "%s", kinds[kind]);
		return all[kind];
	}
	snprintf(name, size, "dropped_%s", ice_mp_event_drop_names[drop]);
	return c->src[src].dropped[drop];
}
