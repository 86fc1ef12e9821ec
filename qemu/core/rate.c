/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Limits of rates: profiles (0x0410, 0x0411, 0x0415), and the buckets of the
 * scheduler nodes that have one as their EIR.
 *
 * A node earns credit at its rate, up to a burst. A queue may send while no
 * node above it is in debt; a frame is sent whole, so that debt is never more
 * than one packet. What has no limit costs nothing: a queue knows whether a
 * node above it has one.
 */

#include "aq_priv.h"

/** Bytes a node may send at once after a pause. */
#define BURST		16384
#define SCALE		1000000000ll	/* credit is in units of 1e-9 bytes */

static uint64_t
rate_of(const struct ice_core *core, const struct icc_sched_node *n)
{
	uint16_t id = n->data.eir.profile;

	if (!(n->data.valid_sections & ICE_MP_AQ_ELEM_VALID_EIR) || id >= ICC_RL_PROFILES ||
	    !core->rl[id].used)
		return 0;
	return core->rl[id].bytes_per_sec;
}

void
icc_rate_reset(struct ice_core *core)
{
	memset(core->rl, 0, sizeof(core->rl));
}

void
icc_rate_update(struct ice_core *core)
{
	struct icc_sched_node *n;
	unsigned int i;

	for (i = 0; i < core->pf.nb_queues; i++) {
		struct icc_txq *q = &core->txq[i];

		q->rated = false;
		if (!q->ena)
			continue;
		for (n = icc_sched_node(core, q->teid); n != NULL && !q->rated;
		     n = icc_sched_node(core, n->parent))
			q->rated = rate_of(core, n) != 0;
	}
}

/* Earn what time has brought. */
static void
earn(struct icc_sched_node *n, uint64_t rate, uint64_t now)
{
	uint64_t past = now - n->credit_at, missing = BURST * SCALE - n->credit;

	/* The first that is heard of it: a full bucket. */
	if (n->credit_at == 0 || past >= missing / rate)
		n->credit = BURST * SCALE;
	else
		n->credit += past * rate;
	n->credit_at = now;
}

uint64_t
icc_rate_due(struct ice_core *core, uint16_t q)
{
	uint64_t now = icc_now(core), due = 0, rate, at;
	struct icc_sched_node *n;

	for (n = icc_sched_node(core, core->txq[q].teid); n != NULL;
	     n = icc_sched_node(core, n->parent)) {
		rate = rate_of(core, n);
		if (rate == 0)
			continue;
		earn(n, rate, now);
		if (n->credit > 0)
			continue;
		at = now + (uint64_t)-n->credit / rate + 1;
		if (at > due)
			due = at;
	}
	return due;
}

void
icc_rate_charge(struct ice_core *core, uint16_t q, size_t len)
{
	struct icc_sched_node *n;

	for (n = icc_sched_node(core, core->txq[q].teid); n != NULL;
	     n = icc_sched_node(core, n->parent))
		if (rate_of(core, n) != 0)
			n->credit -= (int64_t)len * SCALE;
}

/* ---- profiles ---- */

/* The number of profiles a command brings; 0: its buffer does not hold them. */
static unsigned int
count(const struct ice_mp_aq_desc *d, uint16_t len)
{
	const struct ice_mp_aqc_rl_profiles *p = (const void *)d->params.raw;
	unsigned int num = p->num;

	return num * sizeof(struct ice_mp_aq_rl_profile) <= len ? num : 0;
}

static enum ice_mp_aq_err
add(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	struct ice_mp_aqc_rl_profiles *p = ICC_PARAMS(d, ice_mp_aqc_rl_profiles);
	struct ice_mp_aq_rl_profile *e = (void *)buf;
	unsigned int i, id = 0, num = count(d, len), room = 0;
	uint64_t rate;

	(void)fn;
	p->num_processed = 0;
	for (i = 1; i < ICC_RL_PROFILES; i++)
		room += !core->rl[i].used;
	if (num == 0)
		return ICE_MP_AQ_RC_EINVAL;
	for (i = 0; i < num; i++)
		if ((e[i].flags & ICE_MP_AQ_RL_PROFILE_TYPE_M) > ICE_MP_AQ_RL_PROFILE_SRL ||
		    e[i].multiply == 0 || e[i].level == 0 || e[i].level > ICE_MP_SCHED_LAYERS)
			return ICE_MP_AQ_RC_EINVAL;
	if (num > room)
		return ICE_MP_AQ_RC_ENOSPC;
	for (i = 0; i < num; i++) {
		for (id = id + 1; core->rl[id].used; id++)
			;
		rate = (uint64_t)e[i].multiply * ICE_MP_RL_CLOCK_HZ / ICE_MP_RL_CLOCK_DIV >>
		       (e[i].encode & ICE_MP_RL_ENCODE_M);
		e[i].id = id;
		core->rl[id].used = true;
		core->rl[id].bytes_per_sec = rate > 0 ? rate : 1;
		core->rl[id].as_set = e[i];
	}
	p->num_processed = num;
	return ICE_MP_AQ_RC_OK;
}

/* The profile that an element names, 0: there is none such. */
static uint16_t
named(struct ice_core *core, const struct ice_mp_aq_rl_profile *e)
{
	const struct icc_rl_profile *r = &core->rl[e->id % ICC_RL_PROFILES];

	if (e->id != 0 && e->id < ICC_RL_PROFILES && r->used &&
	    !((r->as_set.flags ^ e->flags) & ICE_MP_AQ_RL_PROFILE_TYPE_M))
		return e->id;
	icc_breach(core, ICC_BR_AQ_PARAM, "rate profile %u does not exist", e->id);
	return 0;
}

static enum ice_mp_aq_err
query(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	struct ice_mp_aqc_rl_profiles *p = ICC_PARAMS(d, ice_mp_aqc_rl_profiles);
	struct ice_mp_aq_rl_profile *e = (void *)buf;
	unsigned int i, num = count(d, len);

	(void)fn;
	p->num_processed = 0;
	if (num == 0)
		return ICE_MP_AQ_RC_EINVAL;
	for (i = 0; i < num; i++)
		if (named(core, &e[i]) == 0)
			return ICE_MP_AQ_RC_ENOENT;
	for (i = 0; i < num; i++)
		e[i] = core->rl[e[i].id].as_set;
	p->num_processed = num;
	return ICE_MP_AQ_RC_OK;
}

static bool
in_use(const struct ice_core *core, uint16_t id)
{
	unsigned int i;

	for (i = 0; i < ICC_MAX_NODES; i++) {
		const struct ice_mp_aq_elem_data *c = &core->node[i].data;

		if (core->node[i].used &&
		    (((c->valid_sections & ICE_MP_AQ_ELEM_VALID_CIR) && c->cir.profile == id) ||
		     ((c->valid_sections & ICE_MP_AQ_ELEM_VALID_EIR) && c->eir.profile == id) ||
		     ((c->valid_sections & ICE_MP_AQ_ELEM_VALID_SHARED) && c->srl_id == id)))
			return true;
	}
	return false;
}

static enum ice_mp_aq_err
take_away(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	  uint16_t len)
{
	struct ice_mp_aqc_rl_profiles *p = ICC_PARAMS(d, ice_mp_aqc_rl_profiles);
	const struct ice_mp_aq_rl_profile *e = (void *)buf;
	unsigned int i, num = count(d, len);

	(void)fn;
	p->num_processed = 0;
	if (num == 0)
		return ICE_MP_AQ_RC_EINVAL;
	for (i = 0; i < num; i++) {
		if (named(core, &e[i]) == 0)
			return ICE_MP_AQ_RC_ENOENT;
		if (in_use(core, e[i].id))
			return ICE_MP_AQ_RC_EBUSY;
	}
	for (i = 0; i < num; i++)
		core->rl[e[i].id].used = false;
	p->num_processed = num;
	return ICE_MP_AQ_RC_OK;
}

#define ELEM	sizeof(struct ice_mp_aq_rl_profile)
const struct icc_aq_cmd icc_aq_rates[] = {
	{ ICE_MP_AQ_ADD_RL_PROFILES, ELEM, add },
	{ ICE_MP_AQ_QUERY_RL_PROFILES, ELEM, query },
	{ ICE_MP_AQ_REMOVE_RL_PROFILES, ELEM, take_away },
	{ 0, 0, NULL },
};
