/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Tx scheduler: one tree per port (root, TC, entry point until the driver takes
 * it off, then what the driver adds down to queue groups), and its AdminQ
 * commands. Of bandwidth the limits are modelled (rate.c), the rest is kept
 * and echoed.
 */

#include "aq_priv.h"

/* A TEID is this plus the node's slot: unique over the device. */
#define TEID_BASE	0x16000000u
#define DFLT_LAYERS	3

static const uint8_t dflt_type[DFLT_LAYERS] = {
	ICE_MP_AQ_ELEM_TYPE_ROOT, ICE_MP_AQ_ELEM_TYPE_TC, ICE_MP_AQ_ELEM_TYPE_ENTRY,
};

struct icc_sched_node *
icc_sched_node(struct ice_core *core, uint32_t teid)
{
	uint32_t slot = teid - TEID_BASE;

	if (slot >= ICC_MAX_NODES || !core->node[slot].used)
		return NULL;
	return &core->node[slot];
}

struct icc_sched_node *
icc_sched_add(struct ice_core *core, uint16_t fn, struct icc_sched_node *parent,
	      const struct ice_mp_aq_elem_data *data)
{
	struct icc_sched_node *n;
	unsigned int i;

	for (i = 0; i < ICC_MAX_NODES && core->node[i].used; i++)
		;
	if (i == ICC_MAX_NODES)
		return NULL;
	n = &core->node[i];
	memset(n, 0, sizeof(*n));
	n->used = true;
	n->teid = TEID_BASE + i;
	n->fn = fn;
	n->txq = 0xFFFF;
	n->data = *data;
	n->parent = ICE_MP_TEID_INVALID;
	if (parent != NULL) {
		n->parent = parent->teid;
		n->lport = parent->lport;
		n->layer = parent->layer + 1;
		parent->nb_children++;
	}
	return n;
}

void
icc_sched_del(struct ice_core *core, struct icc_sched_node *node)
{
	struct icc_sched_node *parent = icc_sched_node(core, node->parent);

	if (parent != NULL)
		parent->nb_children--;
	node->used = false;
}

void
icc_sched_reset(struct ice_core *core)
{
	struct ice_mp_aq_elem_data data = { .valid_sections = ICE_MP_AQ_ELEM_VALID_GENERIC };
	struct icc_sched_node *n;
	unsigned int i, layer;

	memset(core->node, 0, sizeof(core->node));
	icc_rate_reset(core);
	for (i = 0; i < core->cfg.nb_ports; i++) {
		for (layer = 0, n = NULL; layer < DFLT_LAYERS; layer++) {
			data.elem_type = dflt_type[layer];
			n = icc_sched_add(core, ICE_CORE_FN_PF, n, &data);
			n->lport = i;
		}
	}
}

/* A node the driver may name: it exists and its port is visible. */
static struct icc_sched_node *
named(struct ice_core *core, uint32_t teid)
{
	struct icc_sched_node *n = icc_sched_node(core, teid);

	if (n == NULL || n->lport >= icc_nb_visible_ports(core)) {
		icc_breach(core, ICC_BR_AQ_PARAM, "TEID 0x%x does not exist", teid);
		return NULL;
	}
	return n;
}

static void
fill(const struct icc_sched_node *n, struct ice_mp_aq_elem *e)
{
	e->parent_teid = n->parent;
	e->node_teid = n->teid;
	e->data = n->data;
}

static enum ice_mp_aq_err
get_topo(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	struct ice_mp_aqc_get_topo *t = ICC_PARAMS(d, ice_mp_aqc_get_topo);
	struct ice_mp_aq_branch *b = (void *)buf;
	unsigned int i;

	(void)fn; (void)len;
	if (!icc_aq_lport_ok(core, t->lport))
		return ICE_MP_AQ_RC_EINVAL;
	memset(b, 0, sizeof(*b));
	b->hdr.parent_teid = ICE_MP_TEID_INVALID;
	for (i = 0; i < ICC_MAX_NODES; i++) {
		const struct icc_sched_node *n = &core->node[i];

		if (n->used && n->lport == t->lport && n->layer < DFLT_LAYERS &&
		    n->data.elem_type == dflt_type[n->layer]) {
			fill(n, &b->elem[n->layer]);
			b->hdr.num++;
		}
	}
	t->num_branches = 1;
	d->datalen = sizeof(*b);
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
add_elems(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	  uint16_t len)
{
	struct ice_mp_aqc_sched_elems *p = ICC_PARAMS(d, ice_mp_aqc_sched_elems);
	struct ice_mp_aq_elem_hdr *h = (void *)buf;
	struct ice_mp_aq_elem *e = (void *)(h + 1);
	struct icc_sched_node *parent, *n;
	unsigned int i, room = 0;

	p->num_resp = 0;
	if (p->num_req != 1 || h->num == 0 || len < sizeof(*h) + h->num * sizeof(*e))
		return ICE_MP_AQ_RC_EINVAL;
	parent = named(core, h->parent_teid);
	if (parent == NULL)
		return ICE_MP_AQ_RC_ENOENT;
	/* The root's children are the traffic classes: firmware's own. */
	if (parent->layer >= ICE_MP_SCHED_QGRP_LAYER || parent->layer == 0)
		return ICE_MP_AQ_RC_EINVAL;
	for (i = 0; i < ICC_MAX_NODES; i++)
		room += !core->node[i].used;
	if (parent->nb_children + h->num > ICC_MAX_SIBLINGS || h->num > room)
		return ICE_MP_AQ_RC_ENOSPC;
	for (i = 0; i < h->num; i++)
		if (e[i].data.elem_type != ICE_MP_AQ_ELEM_TYPE_SE_GENERIC)
			return ICE_MP_AQ_RC_EINVAL;
	for (i = 0; i < h->num; i++) {
		n = icc_sched_add(core, fn, parent, &e[i].data);
		fill(n, &e[i]);
	}
	p->num_resp = 1;
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
get_elems(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	  uint16_t len)
{
	struct ice_mp_aqc_sched_elems *p = ICC_PARAMS(d, ice_mp_aqc_sched_elems);
	struct ice_mp_aq_elem *e = (void *)buf;
	struct icc_sched_node *n;
	unsigned int i;

	(void)fn;
	p->num_resp = 0;
	if (p->num_req == 0 || len < p->num_req * sizeof(*e))
		return ICE_MP_AQ_RC_EINVAL;
	for (i = 0; i < p->num_req; i++)
		if (named(core, e[i].node_teid) == NULL)
			return ICE_MP_AQ_RC_ENOENT;
	for (i = 0; i < p->num_req; i++) {
		n = icc_sched_node(core, e[i].node_teid);
		fill(n, &e[i]);
	}
	p->num_resp = p->num_req;
	return ICE_MP_AQ_RC_OK;
}

/* Is a profile that an element names one that there is? */
static bool
profile_ok(struct ice_core *core, const struct ice_mp_aq_elem_data *data, uint8_t section,
	   uint16_t id)
{
	if (!(data->valid_sections & section) || id == 0 ||
	    (id < ICC_RL_PROFILES && core->rl[id].used))
		return true;
	icc_breach(core, ICC_BR_AQ_PARAM, "rate profile %u does not exist", id);
	return false;
}

static enum ice_mp_aq_err
cfg_elems(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	  uint16_t len)
{
	struct ice_mp_aqc_sched_elems *p = ICC_PARAMS(d, ice_mp_aqc_sched_elems);
	struct ice_mp_aq_elem *e = (void *)buf;
	unsigned int i;
	uint8_t type;

	(void)fn;
	p->num_resp = 0;
	if (p->num_req == 0 || len < p->num_req * sizeof(*e))
		return ICE_MP_AQ_RC_EINVAL;
	for (i = 0; i < p->num_req; i++) {
		const struct ice_mp_aq_elem_data *c = &e[i].data;

		if (named(core, e[i].node_teid) == NULL)
			return ICE_MP_AQ_RC_ENOENT;
		if (!profile_ok(core, c, ICE_MP_AQ_ELEM_VALID_CIR, c->cir.profile) ||
		    !profile_ok(core, c, ICE_MP_AQ_ELEM_VALID_EIR, c->eir.profile) ||
		    !profile_ok(core, c, ICE_MP_AQ_ELEM_VALID_SHARED, c->srl_id))
			return ICE_MP_AQ_RC_EINVAL;
	}
	for (i = 0; i < p->num_req; i++) {
		struct icc_sched_node *n = icc_sched_node(core, e[i].node_teid);

		type = n->data.elem_type;
		n->data = e[i].data;
		n->data.elem_type = type;
	}
	icc_rate_update(core);
	p->num_resp = p->num_req;
	return ICE_MP_AQ_RC_OK;
}

/* Does a VF's Tx queue hang below a node? */
static bool
vf_below(struct ice_core *core, const struct icc_sched_node *node)
{
	const struct icc_sched_node *n;
	unsigned int q;

	for (q = 0; q < ICC_MAX_QUEUES; q++) {
		if (!core->txq[q].ena || core->txq[q].fn == ICE_CORE_FN_PF)
			continue;
		for (n = icc_sched_node(core, core->txq[q].teid); n != NULL;
		     n = icc_sched_node(core, n->parent)) {
			if (n == node)
				return true;
		}
	}
	return false;
}

/* Groups of TEIDs: suspend, resume, delete. */
static enum ice_mp_aq_err
teid_groups(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	    uint16_t len)
{
	struct ice_mp_aqc_sched_elems *p = ICC_PARAMS(d, ice_mp_aqc_sched_elems);
	bool del = d->opcode == ICE_MP_AQ_DEL_SCHED_ELEMS;
	unsigned int g, i, off, pass;

	(void)fn;
	p->num_resp = 0;
	if (!del) {
		/* Suspend and resume carry bare TEIDs. */
		const uint32_t *teid = (void *)buf;

		if (len < p->num_req * sizeof(*teid))
			return ICE_MP_AQ_RC_EINVAL;
		for (i = 0; i < p->num_req; i++)
			if (named(core, teid[i]) == NULL)
				return ICE_MP_AQ_RC_ENOENT;
		p->num_resp = p->num_req;
		return ICE_MP_AQ_RC_OK;
	}
	for (pass = 0; pass < 2; pass++) {
		for (g = 0, off = 0; g < p->num_req; g++) {
			const struct ice_mp_aq_elem_hdr *h = (void *)(buf + off);
			const uint32_t *teid = (const void *)(h + 1);

			if (off + sizeof(*h) > len || off + sizeof(*h) + h->num * 4u > len)
				return ICE_MP_AQ_RC_EINVAL;
			for (i = 0; i < h->num; i++) {
				struct icc_sched_node *n = icc_sched_node(core, teid[i]);

				if (pass == 1) {
					if (n != NULL)
						icc_sched_del(core, n);
					continue;
				}
				n = named(core, teid[i]);
				if (n == NULL || n->parent != h->parent_teid)
					return ICE_MP_AQ_RC_ENOENT;
				/* Stock drivers take the entry point off and put
				 * a node of their own in its place. */
				if (n->layer + 1 < DFLT_LAYERS)
					return ICE_MP_AQ_RC_EPERM;
				if (n->nb_children != 0 || n->txq != 0xFFFF) {
					/* Linux ice takes all nodes off before a
					 * reset, but stops its own queues only. */
					if (vf_below(core, n))
						return ICE_MP_AQ_RC_EBUSY;
					icc_breach(core, ICC_BR_AQ_PARAM,
						   "delete of scheduler node 0x%x in use", teid[i]);
					return ICE_MP_AQ_RC_EBUSY;
				}
			}
			off += sizeof(*h) + h->num * 4u;
		}
	}
	p->num_resp = p->num_req;
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
move_elems(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	   uint16_t len)
{
	struct ice_mp_aqc_sched_elems *p = ICC_PARAMS(d, ice_mp_aqc_sched_elems);
	const uint32_t *src = (void *)buf, *dst = src + 1, *teid = src + 3;
	uint16_t num;
	struct icc_sched_node *from, *to, *n;
	unsigned int i;

	(void)fn;
	p->num_resp = 0;
	memcpy(&num, buf + 8, sizeof(num));
	if (p->num_req != 1 || num == 0 || len < 12u + 4u * num)
		return ICE_MP_AQ_RC_EINVAL;
	from = named(core, *src);
	to = named(core, *dst);
	if (from == NULL || to == NULL)
		return ICE_MP_AQ_RC_ENOENT;
	if (from->lport != to->lport || from->layer != to->layer ||
	    to->nb_children + num > ICC_MAX_SIBLINGS)
		return ICE_MP_AQ_RC_EINVAL;
	for (i = 0; i < num; i++) {
		n = named(core, teid[i]);
		if (n == NULL || n->parent != from->teid)
			return ICE_MP_AQ_RC_ENOENT;
	}
	for (i = 0; i < num; i++) {
		n = icc_sched_node(core, teid[i]);
		if (n->parent == to->teid)
			continue;
		n->parent = to->teid;
		from->nb_children--;
		to->nb_children++;
	}
	icc_rate_update(core);
	p->num_resp = 1;
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
port_ets(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	struct ice_mp_aq_port_ets *ets = (void *)buf;
	struct icc_sched_node *root;
	uint32_t teid;
	unsigned int i;

	(void)fn; (void)len;
	memcpy(&teid, d->params.raw, sizeof(teid));
	root = named(core, teid);
	if (root == NULL || root->layer != 0)
		return ICE_MP_AQ_RC_EINVAL;
	memset(ets, 0, sizeof(*ets));
	ets->tc_valid = 0x1;	/* TC 0 only */
	ets->tc_share[0] = 100;
	/* A driver takes every other number for a class that exists. */
	for (i = 0; i < ICE_MP_MAX_TC; i++)
		ets->tc_teid[i] = ICE_MP_TEID_INVALID;
	for (i = 0; i < ICC_MAX_NODES; i++)
		if (core->node[i].used && core->node[i].parent == teid)
			ets->tc_teid[0] = core->node[i].teid;
	d->datalen = sizeof(*ets);
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
sched_res(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	  uint16_t len)
{
	struct ice_mp_aq_sched_res *r = (void *)buf;
	unsigned int i;

	(void)core; (void)fn; (void)len;
	memset(r, 0, sizeof(*r));
	r->phys_levels = ICE_MP_SCHED_LAYERS;
	r->logical_levels = ICE_MP_SCHED_LAYERS;
	r->max_device_cgds = 4;
	r->max_pf_cgds = 4;
	for (i = 0; i < ICE_MP_SCHED_LAYERS; i++) {
		r->layer[i].logical_layer = i;
		r->layer[i].chunk_size = 1;
		r->layer[i].max_device_nodes = ICC_MAX_QUEUES;
		r->layer[i].max_pf_nodes = ICC_MAX_QUEUES;
		r->layer[i].max_sibl_grp_sz = i >= ICE_MP_SCHED_QGRP_LAYER ? ICC_MAX_SIBLINGS : 8;
		r->layer[i].max_cir_profiles = 256;
		r->layer[i].max_eir_profiles = 256;
		r->layer[i].max_srl_profiles = 32;
	}
	d->datalen = sizeof(*r);
	return ICE_MP_AQ_RC_OK;
}

#define GRP	sizeof(struct ice_mp_aq_elem_hdr)
const struct icc_aq_cmd icc_aq_sched[] = {
	{ ICE_MP_AQ_GET_DFLT_TOPO, sizeof(struct ice_mp_aq_branch), get_topo },
	{ ICE_MP_AQ_ADD_SCHED_ELEMS, GRP + sizeof(struct ice_mp_aq_elem), add_elems },
	{ ICE_MP_AQ_CFG_SCHED_ELEMS, sizeof(struct ice_mp_aq_elem), cfg_elems },
	{ ICE_MP_AQ_GET_SCHED_ELEMS, sizeof(struct ice_mp_aq_elem), get_elems },
	{ ICE_MP_AQ_MOVE_SCHED_ELEMS, 16, move_elems },
	{ ICE_MP_AQ_SUSPEND_SCHED_ELEMS, 4, teid_groups },
	{ ICE_MP_AQ_RESUME_SCHED_ELEMS, 4, teid_groups },
	{ ICE_MP_AQ_QUERY_PORT_ETS, sizeof(struct ice_mp_aq_port_ets), port_ets },
	{ ICE_MP_AQ_DEL_SCHED_ELEMS, GRP + 4, teid_groups },
	{ ICE_MP_AQ_QUERY_SCHED_RES, sizeof(struct ice_mp_aq_sched_res), sched_res },
	{ 0, 0, NULL },
};
