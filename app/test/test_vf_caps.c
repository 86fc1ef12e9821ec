/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * What a VF did not ask for, or was not granted, it does not have; and the
 * messages of those that ask for less than others.
 */

#include "vf_hostile.h"

/* The hostile VF with other capabilities, up. */
static int
begin(uint32_t caps)
{
	struct vfc *c;

	T_TRY(vfh_up());
	c = vfc_of(VFH_BAD);
	c->opt.caps = caps;
	T_TRY(vfc_hello(c));
	T_EQ(c->res.caps & ~(caps | ICE_MP_VC_CAP_L2), 0);
	return vfc_start(c);
}

/* Messages of `ops` are answered with `want`, and change nothing. */
static int
refused(struct vfc *c, const uint32_t *ops, unsigned int nb, int want)
{
	uint8_t buf[VFC_MAX_MSG];
	struct vfm_says says;
	unsigned int i;
	int rc;

	vfc_says(c, &says);
	for (i = 0; i < nb; i++) {
		T_TRY(vfh_before(c->vf));
		rc = vfc_ask(c, ops[i], buf, vfm_right(&says, ops[i], 1, buf));
		T_CHECK(rc == want, "opcode %u answered with %d", ops[i], rc);
		if (vfh_same(true) != 0)
			T_FAIL("opcode %u", ops[i]);
	}
	return 0;
}

/* A VF that asks for nothing has queues, addresses and statistics. */
static int
nothing(void)
{
	static const uint32_t ops[] = {
		ICE_MP_VC_ADD_VLAN, ICE_MP_VC_DEL_VLAN, ICE_MP_VC_CONFIG_RSS_KEY,
		ICE_MP_VC_CONFIG_RSS_LUT, ICE_MP_VC_GET_RSS_HENA_CAPS, ICE_MP_VC_SET_RSS_HENA,
		ICE_MP_VC_ENA_VLAN_STRIP, ICE_MP_VC_DIS_VLAN_STRIP, ICE_MP_VC_REQUEST_QUEUES,
		ICE_MP_VC_GET_RXDIDS, ICE_MP_VC_ADD_RSS_CFG, ICE_MP_VC_DEL_RSS_CFG,
		ICE_MP_VC_GET_VLAN_V2_CAPS, ICE_MP_VC_ADD_VLAN_V2, ICE_MP_VC_DEL_VLAN_V2,
		ICE_MP_VC_ENA_VLAN_STRIP_V2, ICE_MP_VC_DIS_VLAN_STRIP_V2,
		ICE_MP_VC_ENA_VLAN_INSERT_V2, ICE_MP_VC_DIS_VLAN_INSERT_V2,
	};
	struct ice_mp_vc_stats s;
	struct vfc *c;

	T_TRY(begin(ICE_MP_VC_CAP_L2));
	c = vfc_of(VFH_BAD);
	T_TRY(refused(c, ops, RTE_DIM(ops), ICE_MP_VC_ERR_NOT_SUPPORTED));
	T_EQ(vfc_stats(c, &s), ICE_MP_VC_OK);
	return vfh_all_well();
}

/* One of the two kinds of VLAN messages, not both. */
static int
one_vlan_kind(void)
{
	static const uint32_t v1[] = { ICE_MP_VC_ADD_VLAN, ICE_MP_VC_DEL_VLAN,
				       ICE_MP_VC_ENA_VLAN_STRIP, ICE_MP_VC_DIS_VLAN_STRIP };
	struct vfc *c;

	T_TRY(begin(VFC_CAPS_DPDK));
	c = vfc_of(VFH_BAD);
	T_CHECK((c->res.caps & ICE_MP_VC_CAP_VLAN_V2) != 0, "VLAN v2 is not granted");
	T_EQ(c->res.caps & ICE_MP_VC_CAP_VLAN, 0);
	T_TRY(refused(c, v1, RTE_DIM(v1), ICE_MP_VC_ERR_NOT_SUPPORTED));
	return vfh_all_well();
}

/* The older kind is checked as the newer. */
static int
vlan_v1(void)
{
	struct {
		uint16_t vsi_id, nb, id[64];
	} m = { .vsi_id = VFC_VSI };
	static const struct {
		uint32_t op;
		uint16_t vsi_id, nb, id, from;	/* ids: from on, one is `id` */
		int more;
	} bad[] = {
		{ ICE_MP_VC_ADD_VLAN, 0, 1, 100, 100, 0 },
		{ ICE_MP_VC_ADD_VLAN, 2, 1, 100, 100, 0 },
		{ ICE_MP_VC_DEL_VLAN, 2, 1, 100, 100, 0 },
		{ ICE_MP_VC_ADD_VLAN, 1, 1, 4096, 100, 0 },
		{ ICE_MP_VC_ADD_VLAN, 1, 3, 0xFFFF, 100, 0 },
		{ ICE_MP_VC_ADD_VLAN, 1, 9, 100, 100, 0 },
		{ ICE_MP_VC_ADD_VLAN, 1, 60, 100, 100, 0 },
		{ ICE_MP_VC_ADD_VLAN, 1, 0, 100, 100, 0 },
		{ ICE_MP_VC_ADD_VLAN, 1, 2, 100, 100, -1 },
		{ ICE_MP_VC_ADD_VLAN, 1, 2, 100, 100, -2 },
		{ ICE_MP_VC_ADD_VLAN, 1, 2, 100, 100, 3 },
		{ ICE_MP_VC_DEL_VLAN, 1, 1, 4000, 100, 0 },
		{ ICE_MP_VC_DEL_VLAN, 1, 2, 50, 50, 0 },
	};
	unsigned int i, k;
	struct vfc *c;
	int rc;

	T_TRY(begin(VFC_CAPS_DPDK & ~ICE_MP_VC_CAP_VLAN_V2));
	c = vfc_of(VFH_BAD);
	T_CHECK((c->res.caps & ICE_MP_VC_CAP_VLAN) != 0, "VLAN is not granted");
	/* It has 50; so a list of 50 and 51 is half known. */
	T_EQ(vfc_vlan(c, ICE_MP_VC_ADD_VLAN, 50), ICE_MP_VC_OK);
	for (i = 0; i < RTE_DIM(bad); i++) {
		m.vsi_id = bad[i].vsi_id;
		m.nb = bad[i].nb;
		for (k = 0; k < RTE_DIM(m.id); k++)
			m.id[k] = bad[i].from + k;
		m.id[bad[i].nb > 1 && bad[i].id != bad[i].from ? bad[i].nb - 1 : 0] = bad[i].id;
		T_TRY(vfh_before(c->vf));
		rc = vfc_ask(c, bad[i].op, &m, 4 + 2 * m.nb + bad[i].more);
		T_CHECK(rc == ICE_MP_VC_ERR_PARAM, "message %u answered with %d", i, rc);
		if (vfh_same(true) != 0)
			T_FAIL("message %u", i);
	}
	return vfh_all_well();
}

/* Formats that were not offered, and what was asked for twice. */
static int
legacy_only(void)
{
	uint8_t m[VFC_MAX_MSG];
	static const uint8_t ids[] = { 2, 3, 22, 63, 255 };
	struct vfm_says says;
	unsigned int i;
	struct vfc *c;
	uint16_t len;

	T_TRY(begin(VFC_CAPS_LINUX));
	c = vfc_of(VFH_BAD);
	T_EQ(vfc_queues(c, ICE_MP_VC_DISABLE_QUEUES, 3, 3), ICE_MP_VC_OK);
	vfc_says(c, &says);
	for (i = 0; i < RTE_DIM(ids); i++) {
		T_TRY(vfh_before(c->vf));
		says.rxdid = ids[i];
		len = vfm_right(&says, ICE_MP_VC_CONFIG_VSI_QUEUES, 1, m);
		T_EQ(vfc_ask(c, ICE_MP_VC_CONFIG_VSI_QUEUES, m, len), ICE_MP_VC_ERR_PARAM);
		T_TRY(vfh_same(true));
	}
	says.rxdid = ICE_MP_RXDID_LEGACY;
	len = vfm_right(&says, ICE_MP_VC_CONFIG_VSI_QUEUES, 1, m);
	T_EQ(vfc_ask(c, ICE_MP_VC_CONFIG_VSI_QUEUES, m, len), ICE_MP_VC_OK);
	return vfh_all_well();
}

/* Begun again without a reset, as by a driver whose predecessor died: it has the
 * same and can go on. */
static int
once_more(void)
{
	struct ice_mp_vc_vf_res first;
	unsigned int i;
	struct vfc *c;

	T_TRY(begin(VFC_CAPS_DPDK));
	c = vfc_of(VFH_BAD);
	first = c->res;
	for (i = 0; i < 3; i++) {
		T_TRY(vfh_before(c->vf));
		T_EQ(vfc_version(c), ICE_MP_VC_OK);
		T_EQ(vfc_resources(c, c->opt.caps), ICE_MP_VC_OK);
		T_EQ(c->msg.len, sizeof(first));
		T_CHECK(memcmp(&first, &c->res, sizeof(first)) == 0, "it has something else");
		T_TRY(vfh_same(false));
		T_TRY(vfc_start(c));
	}
	return vfh_all_well();
}

static const struct t_case cases[] = {
	{ "nothing", nothing, 2, T_SIM | T_WIRED, VFH_ARGS },
	{ "one_vlan_kind", one_vlan_kind, 2, T_SIM | T_WIRED, VFH_ARGS },
	{ "vlan_v1", vlan_v1, 2, T_SIM | T_WIRED, VFH_ARGS },
	{ "legacy_only", legacy_only, 2, T_SIM | T_WIRED, VFH_ARGS },
	{ "once_more", once_more, 2, T_SIM | T_WIRED, VFH_ARGS },
};

T_SUITE(vf_caps, cases);
