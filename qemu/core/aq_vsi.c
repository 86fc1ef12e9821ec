/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Switch configuration, VSIs, resources and RSS tables.
 */

#include "aq_priv.h"

static enum ice_mp_aq_err
get_sw_cfg(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	   uint16_t len)
{
	struct ice_mp_aqc_get_sw_cfg *c = ICC_PARAMS(d, ice_mp_aqc_get_sw_cfg);
	struct ice_mp_aq_sw_elem *out = (void *)buf;
	unsigned int i, total = icc_nb_visible_ports(core), first = c->element, n;

	(void)fn;
	if (first >= total)
		return ICE_MP_AQ_RC_EINVAL;
	n = len / sizeof(*out);
	if (n > total - first)
		n = total - first;
	for (i = 0; i < n; i++) {
		out[i].vsi_port_num = (first + i) |
			ICE_MP_AQ_SW_TYPE_PHYS_PORT << ICE_MP_AQ_SW_TYPE_S;
		out[i].swid = first + i;
		out[i].pf_vf_num = 0;
	}
	c->num_elems = n;
	c->element = first + n < total ? first + n : 0;
	d->datalen = n * sizeof(*out);
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
set_port_params(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
		uint16_t len)
{
	(void)fn; (void)buf; (void)len;
	if (ICC_PARAMS(d, ice_mp_aqc_set_port_params)->swid >= icc_nb_visible_ports(core))
		return ICE_MP_AQ_RC_EINVAL;
	return ICE_MP_AQ_RC_OK;
}

/* How many of a resource type there are. */
static unsigned int
res_count(uint8_t type)
{
	switch (type) {
	case ICE_MP_AQ_RES_VSI_LIST_REP:
	case ICE_MP_AQ_RES_VSI_LIST_PRUNE:
		return ICC_MAX_LISTS;
	case ICE_MP_AQ_RES_GLOBAL_RSS:
		return ICE_MP_AQ_RSS_GBL_LUT_COUNT;
	/* Drivers use these as indexes of tables of this size. */
	case ICE_MP_AQ_RES_FD_PROF:
	case ICE_MP_AQ_RES_HASH_PROF:
		return ICC_RSS_PROFILES;
	case ICE_MP_AQ_RES_FD_TCAM:
	case ICE_MP_AQ_RES_HASH_TCAM:
		return ICC_RSS_TCAM;
	default:
		return ICC_AQ_RES_PER_TYPE;
	}
}

/* Both kinds of VSI list share one index space. */
static uint64_t *
res_map(struct ice_core *core, uint8_t type)
{
	if (type == ICE_MP_AQ_RES_VSI_LIST_PRUNE)
		type = ICE_MP_AQ_RES_VSI_LIST_REP;
	return icc_aq_st(core)->res[type];
}

/* Filters granted so far of a kind. */
static uint16_t *
fd_pool(struct ice_core *core, uint8_t type)
{
	struct icc_aq_state *st = icc_aq_st(core);

	return type == ICE_MP_AQ_RES_FD_GUAR ? &st->fd_guar : &st->fd_shared;
}

static enum ice_mp_aq_err
alloc_res(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	  uint16_t len)
{
	struct ice_mp_aqc_alloc_free_res *p = ICC_PARAMS(d, ice_mp_aqc_alloc_free_res);
	struct ice_mp_aq_res *r = (void *)buf;
	uint8_t type = r->type & ICE_MP_AQ_RES_TYPE_M;
	uint64_t *map = res_map(core, type);
	unsigned int i, k, n = 0, max = res_count(type);
	uint16_t want = r->num_elems;

	if (p->num_entries != 1)
		return ICE_MP_AQ_RC_EINVAL;
	/* Flow director entries: num_elems is a filter count, one element. */
	if (type == ICE_MP_AQ_RES_FD_GUAR || type == ICE_MP_AQ_RES_FD_SHARED) {
		uint16_t *granted = fd_pool(core, type);

		if (len < sizeof(*r) + sizeof(r->elem[0]))
			return ICE_MP_AQ_RC_EINVAL;
		if (want > ICC_FD_FILTERS - *granted)
			return ICE_MP_AQ_RC_ENOSPC;
		*granted += want;
		r->elem[0] = 0;
		return ICE_MP_AQ_RC_OK;
	}
	if (want == 0 || len < sizeof(*r) + want * sizeof(r->elem[0]))
		return ICE_MP_AQ_RC_EINVAL;
	for (i = 0; i < max; i++)
		n += !(map[i / 64] >> (i % 64) & 1);
	if (n < want)
		return ICE_MP_AQ_RC_ENOSPC;
	for (k = 0, n = 0; n < want; k++) {
		/* In a TCAM the lower index comes first: who asks for the bottom
		 * wants to be behind. */
		i = r->type & ICE_MP_AQ_RES_SCAN_BOTTOM ? max - 1 - k : k;
		if (map[i / 64] >> (i % 64) & 1)
			continue;
		map[i / 64] |= 1ull << (i % 64);
		r->elem[n++] = i;
		if (type == ICE_MP_AQ_RES_VSI_LIST_REP || type == ICE_MP_AQ_RES_VSI_LIST_PRUNE) {
			memset(&core->list[i], 0, sizeof(core->list[i]));
			core->list[i].used = true;
			core->list[i].prune = type == ICE_MP_AQ_RES_VSI_LIST_PRUNE;
			core->list[i].fn = fn;
		}
	}
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
free_res(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	struct ice_mp_aq_res *r = (void *)buf;
	uint8_t type = r->type & ICE_MP_AQ_RES_TYPE_M;
	uint64_t *map = res_map(core, type);
	unsigned int i, max = res_count(type);

	(void)fn; (void)d;
	if (type == ICE_MP_AQ_RES_FD_GUAR || type == ICE_MP_AQ_RES_FD_SHARED) {
		uint16_t *granted = fd_pool(core, type);

		*granted -= r->num_elems < *granted ? r->num_elems : *granted;
		return ICE_MP_AQ_RC_OK;
	}
	if (r->num_elems == 0 || len < sizeof(*r) + r->num_elems * sizeof(r->elem[0]))
		return ICE_MP_AQ_RC_EINVAL;
	for (i = 0; i < r->num_elems; i++) {
		uint16_t e = r->elem[i];

		if (e >= max || !(map[e / 64] >> (e % 64) & 1)) {
			/* Linux ice counts on those that it got when it was loaded,
			 * whatever resets there were since. */
			if (type != ICE_MP_AQ_RES_FD_COUNTER)
				icc_breach(core, ICC_BR_AQ_PARAM,
					   "free of resource %u/%u not held", type, e);
			return ICE_MP_AQ_RC_ENOENT;
		}
	}
	for (i = 0; i < r->num_elems; i++) {
		map[r->elem[i] / 64] &= ~(1ull << (r->elem[i] % 64));
		if (type == ICE_MP_AQ_RES_VSI_LIST_REP || type == ICE_MP_AQ_RES_VSI_LIST_PRUNE)
			core->list[r->elem[i]].used = false;
		else if (type == ICE_MP_AQ_RES_HASH_TCAM)
			icc_rss_tcam_free(core, r->elem[i]);
	}
	icc_switch_invalidate(core);
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
get_allocd_res(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	       uint16_t len)
{
	struct ice_mp_aqc_get_allocd_res *r = ICC_PARAMS(d, ice_mp_aqc_get_allocd_res);
	uint8_t type = r->res & ICE_MP_AQ_RES_TYPE_M;
	uint64_t *map = res_map(core, type);
	uint16_t *out = (void *)buf;
	unsigned int i, n = 0;

	(void)fn;
	/* `desc` is 1-based: the first entry not yet reported. */
	for (i = r->desc ? r->desc - 1u : 0; i < res_count(type) && n < len / 2u; i++)
		if (map[i / 64] >> (i % 64) & 1)
			out[n++] = i;
	r->desc = i < res_count(type) ? i + 1 : 0;
	r->num_desc = n;
	d->datalen = n * sizeof(*out);
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
get_vlan_mode(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	      uint16_t len)
{
	(void)core; (void)fn; (void)d;
	memset(buf, 0, len);	/* single VLAN mode */
	return ICE_MP_AQ_RC_OK;
}

/* May a VSI of this port, owned by function fn, have queue q? */
static bool
queue_ok(struct ice_core *core, uint16_t fn, unsigned int q, uint8_t lport)
{
	unsigned int i;

	if (q >= core->pf.nb_queues) {
		icc_breach(core, ICC_BR_AQ_PARAM, "VSI queue %u of %u", q, core->pf.nb_queues);
		return false;
	}
	for (i = 0; i < ICE_MP_HW_MAX_VSI; i++) {
		const struct icc_vsi *v = &core->vsi[i];

		if (!v->used || (v->lport == lport && icc_vsi_fn(v) == fn) ||
		    !icc_vsi_maps_queue(v, q))
			continue;
		icc_breach(core, ICC_BR_AQ_PARAM,
			   "lport %u: queue %u belongs to VSI %u of lport %u, function %u", lport,
			   q, i, v->lport, icc_vsi_fn(v));
		return false;
	}
	return true;
}

/* Check the context of a VSI of function fn against its resources. */
static enum ice_mp_aq_err
check_ctx(struct ice_core *core, uint16_t fn, const struct ice_mp_aq_vsi_ctx *c, uint8_t lport)
{
	bool list = c->mapping_flags & ICE_MP_VSI_Q_MAP_NONCONTIG;
	unsigned int i, n = list ? 16 : c->q_mapping[1] ? c->q_mapping[1] : 1;

	for (i = 0; (c->valid_sections & ICE_MP_VSI_VALID_RXQ_MAP) && i < n; i++) {
		unsigned int q = list ? c->q_mapping[i] : c->q_mapping[0] + i;

		if ((!list || q < ICE_MP_VSI_Q_UNUSED) && !queue_ok(core, fn, q, lport))
			return ICE_MP_AQ_RC_EINVAL;
	}
	/* One type of outer tag is known, and nobody is said to have one who
	 * does not know of several ports. */
	if ((c->valid_sections & ICE_MP_VSI_VALID_OUTER_TAG) &&
	    (c->outer_vlan_flags & ICE_MP_VSI_OUTER_TAG_TYPE_M) != 0 &&
	    (!core->mp_enable || fn != ICE_CORE_FN_PF ||
	     (c->outer_vlan_flags & ICE_MP_VSI_OUTER_TAG_TYPE_M) != ICE_MP_VSI_OUTER_TAG_STAG ||
	     (c->outer_vlan_flags & ICE_MP_VSI_OUTER_INSERT))) {
		icc_breach(core, ICC_BR_AQ_PARAM, "lport %u: outer VLAN flags 0x%x", lport,
			   c->outer_vlan_flags);
		return ICE_MP_AQ_RC_EINVAL;
	}
	if ((c->valid_sections & ICE_MP_VSI_VALID_Q_OPT) &&
	    (c->q_opt_rss & ICE_MP_VSI_RSS_LUT_TYPE_M) == 1)
		return ICE_MP_AQ_RC_EINVAL;
	return ICE_MP_AQ_RC_OK;
}

static void
vsi_counts(const struct ice_core *core, struct ice_mp_aqc_vsi_resp *r)
{
	unsigned int i, used = 0;

	for (i = 0; i < ICE_MP_HW_MAX_VSI; i++)
		used += core->vsi[i].used;
	r->vsi_used = used;
	r->vsi_free = ICE_MP_HW_MAX_VSI - used;
}

static enum ice_mp_aq_err
add_vsi(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	struct ice_mp_aqc_vsi *p = ICC_PARAMS(d, ice_mp_aqc_vsi);
	struct ice_mp_aq_vsi_ctx *ctx = (void *)buf;
	struct ice_mp_aqc_vsi req = *p;
	const uint8_t type = req.vsi_flags & ICE_MP_AQ_VSI_TYPE_M;
	struct ice_mp_aqc_vsi_resp *r;
	enum ice_mp_aq_err rc;
	struct icc_vsi *v;
	uint16_t num;
	uint8_t lport = 0;

	(void)len;
	/* The switch id is the port, for a driver that knows of several. */
	if (core->mp_enable && (ctx->valid_sections & ICE_MP_VSI_VALID_SW)) {
		lport = ctx->sw_id;
		if (!icc_aq_lport_ok(core, lport))
			return ICE_MP_AQ_RC_EINVAL;
	}
	if (req.vsi_num & ICE_MP_AQ_VSI_NUM_VALID) {
		num = req.vsi_num & ICE_MP_AQ_VSI_NUM_M;
		if (num >= ICE_MP_HW_MAX_VSI)
			return ICE_MP_AQ_RC_EINVAL;
		if (core->vsi[num].used)
			return ICE_MP_AQ_RC_EEXIST;
	} else {
		for (num = 0; num < ICE_MP_HW_MAX_VSI && core->vsi[num].used; num++)
			;
		if (num == ICE_MP_HW_MAX_VSI)
			return ICE_MP_AQ_RC_ENOSPC;
	}
	if (type == ICE_MP_AQ_VSI_TYPE_VF && req.vf_id >= core->cfg.nb_vfs)
		return ICE_MP_AQ_RC_EINVAL;
	/* Linux marks the queue map of an update only. */
	if (ctx->q_mapping[1] != 0)
		ctx->valid_sections |= ICE_MP_VSI_VALID_RXQ_MAP;
	rc = check_ctx(core, type == ICE_MP_AQ_VSI_TYPE_VF ? ICE_CORE_FN_VF(req.vf_id) :
						       ICE_CORE_FN_PF, ctx, lport);
	if (rc != ICE_MP_AQ_RC_OK)
		return rc;

	v = &core->vsi[num];
	memset(v, 0, sizeof(*v));
	v->used = true;
	v->fn = fn;
	v->type = type;
	v->vf_id = req.vf_id;
	v->lport = lport;
	v->ctx = *ctx;
	icc_switch_vsi(core, v);

	r = ICC_PARAMS(d, ice_mp_aqc_vsi_resp);
	r->vsi_num = num;
	r->ext_status = 0;
	vsi_counts(core, r);
	return ICE_MP_AQ_RC_OK;
}

/* Copy the sections that the update declares valid. */
static void
merge_ctx(struct ice_mp_aq_vsi_ctx *to, const struct ice_mp_aq_vsi_ctx *from)
{
	uint16_t s = from->valid_sections;

	if (s & ICE_MP_VSI_VALID_SW) {
		to->sw_id = from->sw_id;
		to->sw_flags = from->sw_flags;
		to->sw_flags2 = from->sw_flags2;
		to->veb_stat_id = from->veb_stat_id;
	}
	if (s & ICE_MP_VSI_VALID_SECURITY)
		to->sec_flags = from->sec_flags;
	if (s & ICE_MP_VSI_VALID_VLAN) {
		to->port_based_inner_vlan = from->port_based_inner_vlan;
		to->inner_vlan_flags = from->inner_vlan_flags;
	}
	if (s & ICE_MP_VSI_VALID_OUTER_TAG) {
		to->port_based_outer_vlan = from->port_based_outer_vlan;
		to->outer_vlan_flags = from->outer_vlan_flags;
	}
	if (s & ICE_MP_VSI_VALID_INGRESS_UP)
		to->ingress_table = from->ingress_table;
	if (s & ICE_MP_VSI_VALID_EGRESS_UP)
		to->egress_table = from->egress_table;
	if (s & ICE_MP_VSI_VALID_RXQ_MAP) {
		to->mapping_flags = from->mapping_flags;
		memcpy(to->q_mapping, from->q_mapping, sizeof(to->q_mapping));
		memcpy(to->tc_mapping, from->tc_mapping, sizeof(to->tc_mapping));
	}
	if (s & ICE_MP_VSI_VALID_Q_OPT) {
		to->q_opt_rss = from->q_opt_rss;
		to->q_opt_tc = from->q_opt_tc;
		to->q_opt_flags = from->q_opt_flags;
	}
	to->valid_sections |= s;
}

static enum ice_mp_aq_err
update_vsi(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	   uint16_t len)
{
	struct ice_mp_aqc_vsi *p = ICC_PARAMS(d, ice_mp_aqc_vsi);
	const struct ice_mp_aq_vsi_ctx *ctx = (void *)buf;
	uint16_t num = p->vsi_num & ICE_MP_AQ_VSI_NUM_M;
	struct icc_vsi *v = icc_aq_vsi(core, fn, num);
	enum ice_mp_aq_err rc;

	(void)len;
	if (v == NULL)
		return ICE_MP_AQ_RC_ENOENT;
	if (core->mp_enable && (ctx->valid_sections & ICE_MP_VSI_VALID_SW) &&
	    ctx->sw_id != v->lport) {
		icc_breach(core, ICC_BR_AQ_PARAM, "VSI %u moved from lport %u to %u", num,
			   v->lport, ctx->sw_id);
		return ICE_MP_AQ_RC_EINVAL;
	}
	rc = check_ctx(core, icc_vsi_fn(v), ctx, v->lport);
	if (rc != ICE_MP_AQ_RC_OK)
		return rc;
	merge_ctx(&v->ctx, ctx);
	icc_switch_vsi(core, v);
	vsi_counts(core, ICC_PARAMS(d, ice_mp_aqc_vsi_resp));
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
get_vsi(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	struct icc_vsi *v = icc_aq_vsi(core, fn, ICC_PARAMS(d, ice_mp_aqc_vsi)->vsi_num);

	(void)len;
	if (v == NULL)
		return ICE_MP_AQ_RC_ENOENT;
	memcpy(buf, &v->ctx, sizeof(v->ctx));
	d->datalen = sizeof(v->ctx);
	vsi_counts(core, ICC_PARAMS(d, ice_mp_aqc_vsi_resp));
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
free_vsi(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	uint16_t num = ICC_PARAMS(d, ice_mp_aqc_vsi)->vsi_num & ICE_MP_AQ_VSI_NUM_M;
	struct icc_vsi *v = icc_aq_vsi(core, fn, num);
	unsigned int q;

	(void)buf; (void)len;
	if (v == NULL)
		return ICE_MP_AQ_RC_ENOENT;
	for (q = 0; q < core->pf.nb_queues; q++) {
		if ((core->rxq[q].ena && core->rxq[q].vsi == num) ||
		    (core->txq[q].ena && core->txq[q].vsi == num)) {
			icc_breach(core, ICC_BR_AQ_PARAM, "VSI %u freed with queue %u enabled",
				   num, q);
			break;
		}
	}
	v->used = false;
	icc_switch_invalidate(core);
	vsi_counts(core, ICC_PARAMS(d, ice_mp_aqc_vsi_resp));
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
rss_key(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	struct icc_vsi *v = icc_aq_vsi(core, fn, ICC_PARAMS(d, ice_mp_aqc_rss)->vsi_num);

	(void)len;
	if (v == NULL)
		return ICE_MP_AQ_RC_ENOENT;
	if (d->opcode == ICE_MP_AQ_SET_RSS_KEY) {
		memcpy(v->rss_key, buf, sizeof(v->rss_key));
	} else {
		memcpy(buf, v->rss_key, sizeof(v->rss_key));
		d->datalen = sizeof(v->rss_key);
	}
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
rss_lut(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	static const uint16_t sizes[] = { 128, 512, 2048, 0 };
	const struct ice_mp_aqc_rss *p = ICC_PARAMS(d, ice_mp_aqc_rss);
	struct icc_vsi *v = icc_aq_vsi(core, fn, p->vsi_num);
	unsigned int size = sizes[(p->flags & ICE_MP_AQ_RSS_LUT_SIZE_M) >> ICE_MP_AQ_RSS_LUT_SIZE_S];
	unsigned int max = ICE_MP_RSS_LUT_PF;
	bool get = d->opcode == ICE_MP_AQ_GET_RSS_LUT;
	unsigned int idx = (p->flags & ICE_MP_AQ_RSS_GBL_LUT_M) >> ICE_MP_AQ_RSS_GBL_LUT_S;
	uint8_t *lut;
	unsigned int i;

	if (v == NULL)
		return ICE_MP_AQ_RC_ENOENT;
	switch (p->flags & ICE_MP_AQ_RSS_LUT_TYPE_M) {
	case ICE_MP_AQ_RSS_LUT_TYPE_VSI:
		lut = v->lut;
		size = max = ICE_MP_RSS_LUT_VSI;
		break;
	case ICE_MP_AQ_RSS_LUT_TYPE_PF:
		lut = core->pf_lut;
		break;
	case ICE_MP_AQ_RSS_LUT_TYPE_GLOBAL:
		if (!(res_map(core, ICE_MP_AQ_RES_GLOBAL_RSS)[0] >> idx & 1)) {
			icc_breach(core, ICC_BR_AQ_PARAM, "global RSS LUT %u not allocated", idx);
			return ICE_MP_AQ_RC_EINVAL;
		}
		lut = core->gbl_lut[idx];
		max = ICE_MP_RSS_LUT_GLOBAL;
		if (size > max && !get)
			return ICE_MP_AQ_RC_EINVAL;
		break;
	default:
		return ICE_MP_AQ_RC_EINVAL;
	}
	/* Stock drivers say the size when they set a table; when they get one
	 * it is the buffer's. */
	if (get && size < len && lut != v->lut)
		size = len < max ? len : max;
	if (size == 0 || len < size)
		return ICE_MP_AQ_RC_EINVAL;
	if (get) {
		memcpy(buf, lut, size);
		d->datalen = size;
		return ICE_MP_AQ_RC_OK;
	}
	memcpy(lut, buf, size);
	/* A smaller PF table repeats through the whole of it. */
	if (lut == core->pf_lut)
		for (i = size; i < ICE_MP_RSS_LUT_PF; i++)
			lut[i] = lut[i - size];
	return ICE_MP_AQ_RC_OK;
}

#define CTX	sizeof(struct ice_mp_aq_vsi_ctx)
const struct icc_aq_cmd icc_aq_vsis[] = {
	{ ICE_MP_AQ_GET_SW_CFG, sizeof(struct ice_mp_aq_sw_elem), get_sw_cfg },
	{ ICE_MP_AQ_SET_PORT_PARAMS, 0, set_port_params },
	{ ICE_MP_AQ_ALLOC_RES, sizeof(struct ice_mp_aq_res), alloc_res },
	{ ICE_MP_AQ_FREE_RES, sizeof(struct ice_mp_aq_res), free_res },
	{ ICE_MP_AQ_GET_ALLOCD_RES, 2, get_allocd_res },
	{ ICE_MP_AQ_GET_VLAN_MODE, 1, get_vlan_mode },
	{ ICE_MP_AQ_ADD_VSI, CTX, add_vsi },
	{ ICE_MP_AQ_UPDATE_VSI, CTX, update_vsi },
	{ ICE_MP_AQ_GET_VSI, CTX, get_vsi },
	{ ICE_MP_AQ_FREE_VSI, 0, free_vsi },
	{ ICE_MP_AQ_SET_RSS_KEY, ICE_MP_RSS_KEY_SIZE, rss_key },
	{ ICE_MP_AQ_GET_RSS_KEY, ICE_MP_RSS_KEY_SIZE, rss_key },
	{ ICE_MP_AQ_SET_RSS_LUT, 1, rss_lut },
	{ ICE_MP_AQ_GET_RSS_LUT, 1, rss_lut },
	{ 0, 0, NULL },
};
