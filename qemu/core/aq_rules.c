/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Switch rules: lookup rules and VSI lists (0x02A0, 0x02A1, 0x02A2, 0x02A4).
 */

#include "aq_priv.h"

/* Offsets in the dummy Ethernet header of a lookup rule. */
#define HDR_DA		0
#define HDR_ETHERTYPE	12
#define HDR_TCI		14

static uint16_t
be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

/* Size of the rule at buf, 0 when it does not fit in len. Behind a header of
 * odd length a rule is anywhere. */
static unsigned int
rule_size(const uint8_t *buf, unsigned int len)
{
	struct ice_mp_aq_sw_lkup_rule l;
	struct ice_mp_aq_sw_vsi_list v;
	unsigned int size;

	if (len < sizeof(v))
		return 0;
	memcpy(&v, buf, sizeof(v));
	switch (v.type) {
	case ICE_MP_AQ_SW_RULE_LKUP_RX:
	case ICE_MP_AQ_SW_RULE_LKUP_TX:
		if (len < sizeof(l))
			return 0;
		memcpy(&l, buf, sizeof(l));
		size = sizeof(l) + l.hdr_len;
		break;
	case ICE_MP_AQ_SW_RULE_VSI_LIST_SET:
	case ICE_MP_AQ_SW_RULE_VSI_LIST_CLEAR:
	case ICE_MP_AQ_SW_RULE_PRUNE_LIST_SET:
	case ICE_MP_AQ_SW_RULE_PRUNE_LIST_CLEAR:
		size = sizeof(v) + v.number * sizeof(v.vsi[0]);
		break;
	default:
		return 0;
	}
	return size <= len ? size : 0;
}

/* Decode a rule; false: it names something that is not the function's. */
static bool
decode(struct ice_core *core, uint16_t fn, const struct ice_mp_aq_sw_lkup_rule *l,
       struct icc_rule *r)
{
	uint16_t target = (l->act & ICE_MP_ACT_VSI_ID_M) >> ICE_MP_ACT_VSI_ID_S;
	const struct icc_vsi *v;

	memset(r, 0, sizeof(*r));
	r->used = true;
	r->type = l->type;
	r->recipe = l->recipe;
	r->fn = fn;
	r->src = l->src;
	r->act = l->act;
	if (l->type == ICE_MP_AQ_SW_RULE_LKUP_RX) {
		/* A number beyond the port field is no port either. */
		if (!icc_aq_lport_ok(core, l->src > UINT8_MAX ? UINT8_MAX : l->src))
			return false;
		r->lport = l->src;
	} else {
		v = icc_aq_vsi(core, fn, l->src);
		if (v == NULL)
			return false;
		r->lport = v->lport;
	}
	if (l->hdr_len >= ICE_MP_AQ_SW_DUMMY_HDR_LEN) {
		memcpy(r->da, l->hdr + HDR_DA, sizeof(r->da));
		r->vlan = be16(l->hdr + HDR_TCI) & 0xFFF;
		r->ethertype = be16(l->hdr + HDR_ETHERTYPE);
	}
	if (l->act & ICE_MP_ACT_DROP)
		return true;
	if (l->act & ICE_MP_ACT_VSI_LIST)
		return target < ICC_MAX_LISTS && core->list[target].used;
	if ((l->act & ICE_MP_ACT_TYPE_M) == ICE_MP_ACT_VSI_FWD) {
		v = icc_aq_vsi(core, fn, target);
		if (v == NULL)
			return false;
		if (v->lport != r->lport) {
			icc_breach(core, ICC_BR_AQ_PARAM, "rule of lport %u forwards to lport %u",
				   r->lport, v->lport);
			return false;
		}
	}
	return true;
}

static enum ice_mp_aq_err
add_lookup(struct ice_core *core, uint16_t fn, struct ice_mp_aq_sw_lkup_rule *l)
{
	struct icc_rule r;
	unsigned int i;

	if (l->recipe > ICE_MP_RECIPE_LAST || l->hdr_len < ICE_MP_AQ_SW_DUMMY_HDR_LEN ||
	    !decode(core, fn, l, &r))
		return ICE_MP_AQ_RC_EINVAL;
	for (i = 0; i < ICC_MAX_RULES && core->rule[i].used; i++)
		;
	if (i == ICC_MAX_RULES)
		return ICE_MP_AQ_RC_ENOSPC;
	core->rule[i] = r;
	core->nb_rules++;
	if (i >= core->rule_hi)
		core->rule_hi = i + 1;
	l->index = i;
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
edit_list(struct ice_core *core, uint16_t fn, const struct ice_mp_aq_sw_vsi_list *v)
{
	bool set = v->type == ICE_MP_AQ_SW_RULE_VSI_LIST_SET ||
		   v->type == ICE_MP_AQ_SW_RULE_PRUNE_LIST_SET;
	struct icc_vsi_list *list;
	unsigned int i;

	if (v->index >= ICC_MAX_LISTS || !core->list[v->index].used)
		return ICE_MP_AQ_RC_ENOENT;
	list = &core->list[v->index];
	for (i = 0; i < v->number; i++)
		if (v->vsi[i] >= ICE_MP_HW_MAX_VSI ||
		    (set && icc_aq_vsi(core, fn, v->vsi[i]) == NULL))
			return ICE_MP_AQ_RC_EINVAL;
	for (i = 0; i < v->number; i++) {
		uint64_t bit = 1ull << (v->vsi[i] % 64);

		if (set)
			list->vsis[v->vsi[i] / 64] |= bit;
		else
			list->vsis[v->vsi[i] / 64] &= ~bit;
	}
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
change_lookup(struct ice_core *core, uint16_t fn, struct ice_mp_aq_sw_lkup_rule *l, bool remove)
{
	struct icc_rule r, *old;

	if (l->index >= ICC_MAX_RULES || !core->rule[l->index].used ||
	    core->rule[l->index].fn != fn)
		return ICE_MP_AQ_RC_ENOENT;
	old = &core->rule[l->index];
	if (remove) {
		old->used = false;
		core->nb_rules--;
		while (core->rule_hi > 0 && !core->rule[core->rule_hi - 1].used)
			core->rule_hi--;
		return ICE_MP_AQ_RC_OK;
	}
	if (!decode(core, fn, l, &r))
		return ICE_MP_AQ_RC_EINVAL;
	/* An update without header keeps the key. */
	if (l->hdr_len < ICE_MP_AQ_SW_DUMMY_HDR_LEN) {
		memcpy(r.da, old->da, sizeof(r.da));
		r.vlan = old->vlan;
		r.ethertype = old->ethertype;
	}
	*old = r;
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
sw_rules(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	uint16_t num = ICC_PARAMS(d, ice_mp_aqc_sw_rules)->num_rules;
	_Alignas(8) uint8_t rule[ICE_MP_AQ_MAX_BUF];
	enum ice_mp_aq_err rc, ret = ICE_MP_AQ_RC_OK;
	unsigned int i, off, size;

	/* The whole buffer is sound before anything changes. */
	for (i = 0, off = 0; i < num; i++, off += size) {
		size = rule_size(buf + off, len - off);
		if (size == 0) {
			icc_breach(core, ICC_BR_AQ_DESC, "switch rule %u of %u is malformed", i,
				   num);
			return ICE_MP_AQ_RC_EINVAL;
		}
	}
	for (i = 0, off = 0; i < num; i++, off += size) {
		struct ice_mp_aq_sw_lkup_rule *l = (void *)rule;

		size = rule_size(buf + off, len - off);
		memcpy(rule, buf + off, size);
		if (l->type > ICE_MP_AQ_SW_RULE_LKUP_TX)
			rc = edit_list(core, fn, (void *)rule);
		else if (d->opcode == ICE_MP_AQ_ADD_SW_RULES)
			rc = add_lookup(core, fn, l);
		else
			rc = change_lookup(core, fn, l, d->opcode == ICE_MP_AQ_REMOVE_SW_RULES);
		l->status = rc;		/* same place in both layouts */
		memcpy(buf + off, rule, size);
		if (rc != ICE_MP_AQ_RC_OK && ret == ICE_MP_AQ_RC_OK)
			ret = rc;
	}
	icc_switch_invalidate(core);
	return ret;
}

static enum ice_mp_aq_err
clear_pf_cfg(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	     uint16_t len)
{
	unsigned int i;

	(void)d; (void)buf; (void)len;
	for (i = 0; i < ICC_MAX_RULES; i++)
		if (core->rule[i].used && core->rule[i].fn == fn)
			core->rule[i].used = false;
	core->nb_rules = 0;
	core->rule_hi = 0;
	icc_switch_invalidate(core);
	return ICE_MP_AQ_RC_OK;
}

/* Recipes beyond the default ones are not modelled: no recipe is found. */
static enum ice_mp_aq_err
get_recipe(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	   uint16_t len)
{
	(void)core; (void)fn;
	memset(buf, 0, len);
	d->params.raw[0] = 0;
	d->params.raw[1] = 0;
	return ICE_MP_AQ_RC_OK;
}

const struct icc_aq_cmd icc_aq_rules[] = {
	{ ICE_MP_AQ_ADD_SW_RULES, sizeof(struct ice_mp_aq_sw_vsi_list), sw_rules },
	{ ICE_MP_AQ_UPDATE_SW_RULES, sizeof(struct ice_mp_aq_sw_vsi_list), sw_rules },
	{ ICE_MP_AQ_REMOVE_SW_RULES, sizeof(struct ice_mp_aq_sw_vsi_list), sw_rules },
	{ ICE_MP_AQ_CLEAR_PF_CFG, 0, clear_pf_cfg },
	{ ICE_MP_AQ_GET_RECIPE, 1, get_recipe },
	{ 0, 0, NULL },
};
