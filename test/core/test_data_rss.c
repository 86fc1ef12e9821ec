/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * RSS profiles as a stock driver with a package programs them.
 */

#include "ctrl_env.h"
#include "data_env.h"

#define XLT1	42
#define XLT2	43
#define TCAM	44
#define FV	46
#define PROT_IPV4	32
#define PROT_TCP	49
#define VSI		0
#define QUEUES_LOG	2

static uint8_t F[256];
static struct rxq R[1 << QUEUES_LOG];

/* One buffer with one section. */
static uint16_t
pkg_cmd(uint16_t opcode, uint32_t type, const void *data, size_t size)
{
	struct ice_mp_aq_desc d = aq_desc(opcode);
	uint8_t b[4096] = { 1 };
	const uint16_t off = 12, len = (uint16_t)size;

	memcpy(b + 4, &type, 4);
	memcpy(b + 8, &off, 2);
	memcpy(b + 10, &len, 2);
	memcpy(b + 12, data, size);
	return aq_cmd(&d, b, sizeof(b), true);
}

static uint16_t
update(uint32_t type, const void *data, size_t size)
{
	return pkg_cmd(ICE_MP_AQ_UPDATE_PKG, type, data, size);
}

static uint16_t
xlt1(uint16_t opcode, uint16_t ptype, uint8_t ptg)
{
	const uint8_t s[] = { 1, 0, (uint8_t)ptype, (uint8_t)(ptype >> 8), ptg };

	return pkg_cmd(opcode, XLT1, s, sizeof(s));
}

static uint16_t
xlt2(uint16_t vsi, uint16_t group)
{
	const uint16_t s[] = { 1, vsi, group };

	return update(XLT2, s, sizeof(s));
}

/* Groups of packet type and VSI to a profile, any flags. */
static uint16_t
tcam(uint16_t at, uint8_t ptg, uint16_t group, uint8_t profile)
{
	const uint8_t want[5] = { 0, 0, ptg, (uint8_t)group, (uint8_t)(group >> 8) };
	uint8_t s[15] = { 1, 0, (uint8_t)at, (uint8_t)(at >> 8) };
	unsigned int i;

	for (i = 0; i < 5; i++) {
		s[4 + i] = i < 2 ? 0xFF : (uint8_t)~want[i];
		s[9 + i] = i < 2 ? 0xFF : want[i];
	}
	s[14] = profile;
	return update(TCAM, s, sizeof(s));
}

/* An extraction sequence, from its end as drivers fill it; prot 0: end. */
static uint16_t
sequence(uint16_t profile, const uint16_t (*word)[2])
{
	uint8_t s[4 + 24 * 4] = { 1, 0, (uint8_t)profile, (uint8_t)(profile >> 8) };
	unsigned int i;

	for (i = 0; i < 24; i++) {
		uint8_t *w = s + 4 + 4 * (23 - i);

		w[0] = 0xFF;
		w[1] = 0xFF;
		w[2] = 0x01;
		if (word[0][0] == 0)
			continue;
		w[0] = (uint8_t)word[0][0];
		w[1] = (uint8_t)word[0][1];
		w[2] = 0;
		word++;
	}
	return update(FV, s, sizeof(s));
}

static void
up(void)
{
	struct icc_vsi *v;
	unsigned int i;
	uint8_t mac[6];

	ctl_open(1);
	v = dp_vsi(VSI, 0, 0, QUEUES_LOG);
	port_mac(mac, 0);
	dp_mac(VSI, mac);
	fill(v->rss_key, sizeof(v->rss_key), 5);
	for (i = 0; i < ICE_MP_RSS_LUT_VSI; i++)
		v->lut[i] = (uint8_t)(i % 4);
	for (i = 0; i < 4; i++)
		rxq_up(&R[i], (uint16_t)i, NULL, 60);
}

static uint32_t H;

/* Send a frame with these ports; H: its hash, 0: it has none. */
static void
send_one(uint8_t proto, uint16_t sport, uint16_t dport)
{
	size_t n = eth(F, 0, 0x0800);
	unsigned int i;

	n += ipv4(F + n, proto, 20);
	memset(F + n, 0, 20);
	icc_put_be16(F + n, sport);
	icc_put_be16(F + n + 2, dport);
	n += 20;
	CHECK_EQ(rx(0, F, n), ICE_CORE_RX_DONE);
	for (i = 0; i < 4; i++) {
		if (!rxq_get(&R[i]))
			continue;
		if (!(G.wb.status_error0 & ICE_MP_RX_S0_RSS_VALID)) {
			CHECK_EQ(i, 0);
			H = 0;
			return;
		}
		CHECK_EQ(i, G.wb.flex1 % 64 % 4);
		H = G.wb.flex1;
		return;
	}
	test_fail(__FILE__, __LINE__, "the frame did not arrive");
}

#define CHECK_HASH(proto, sport, dport, want) do { \
	send_one(proto, sport, dport); \
	CHECK_EQ(H, want); \
} while (0)

static uint32_t
toeplitz(const void *in, unsigned int n)
{
	struct icc_rss_tab tab;

	icc_rss_prepare(&tab, E.core->vsi[VSI].rss_key);
	return icc_rss_hash(&tab, in, n);
}

static const uint16_t addresses[][2] = {
	{ PROT_IPV4, 12 }, { PROT_IPV4, 14 }, { PROT_IPV4, 16 }, { PROT_IPV4, 18 }, { 0, 0 },
};
static const uint16_t four_tuple[][2] = {
	{ PROT_IPV4, 12 }, { PROT_IPV4, 14 }, { PROT_IPV4, 16 }, { PROT_IPV4, 18 },
	{ PROT_TCP, 0 }, { PROT_TCP, 2 }, { 0, 0 },
};
static const uint8_t flow[12] = { 10, 0, 0, 1, 10, 0, 0, 2, 1, 2, 3, 4 };

TEST(a_profile_says_what_is_hashed)
{
	up();
	/* No group of the VSI yet: the device's default. */
	CHECK_EQ(xlt1(ICE_MP_AQ_UPDATE_PKG, ICE_MP_PTYPE_IPV4_TCP, 7), 0);
	CHECK_HASH(6, 0x0102, 0x0304, toeplitz(flow, 12));
	CHECK_EQ(xlt2(VSI, 1), 0);
	/* A group, but no profile: nothing is hashed. */
	CHECK_HASH(6, 0x0102, 0x0304, 0);
	CHECK_EQ(sequence(9, addresses), 0);
	CHECK_EQ(tcam(500, 7, 1, 9), 0);
	CHECK_HASH(6, 0x0102, 0x0304, toeplitz(flow, 8));
	CHECK_HASH(6, 0x0506, 0x0304, toeplitz(flow, 8));
	/* A packet type without a group goes by the default. */
	CHECK_HASH(17, 0x0102, 0x0304, toeplitz(flow, 12));
	/* A lower index of the TCAM comes first. */
	CHECK_EQ(sequence(10, four_tuple), 0);
	CHECK_EQ(tcam(3, 7, 1, 10), 0);
	CHECK_HASH(6, 0x0102, 0x0304, toeplitz(flow, 12));
	/* Another group, of packet types or VSIs, is none of it. */
	CHECK_EQ(tcam(3, 8, 1, 10), 0);
	CHECK_HASH(6, 0x0102, 0x0304, toeplitz(flow, 8));
	CHECK_EQ(tcam(3, 7, 2, 10), 0);
	CHECK_HASH(6, 0x0102, 0x0304, toeplitz(flow, 8));
	CHECK_EQ(E.core->breach_total, 0);
}

TEST(an_entry_given_back_matches_nothing)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_ALLOC_RES);
	/* As struct ice_mp_aq_res: type, count, one element. */
	uint16_t b[] = { ICE_MP_AQ_RES_HASH_TCAM | ICE_MP_AQ_RES_SCAN_BOTTOM, 1, 0 };
	uint16_t at;

	up();
	PARAMS(d, ice_mp_aqc_alloc_free_res)->num_entries = 1;
	CHECK_EQ(aq_cmd(&d, b, sizeof(b), true), 0);
	at = b[2];
	/* The bottom of the table, where nothing is hidden by it. */
	CHECK_EQ(at, 511);
	CHECK_EQ(xlt1(ICE_MP_AQ_UPDATE_PKG, ICE_MP_PTYPE_IPV4_TCP, 7), 0);
	CHECK_EQ(xlt2(VSI, 1), 0);
	CHECK_EQ(sequence(9, addresses), 0);
	CHECK_EQ(tcam(at, 7, 1, 9), 0);
	CHECK_HASH(6, 1, 2, toeplitz(flow, 8));
	d = aq_desc(ICE_MP_AQ_FREE_RES);
	PARAMS(d, ice_mp_aqc_alloc_free_res)->num_entries = 1;
	CHECK_EQ(aq_cmd(&d, b, sizeof(b), true), 0);
	CHECK_HASH(6, 1, 2, 0);
}

TEST(a_reset_of_the_function_keeps_the_package)
{
	struct ice_mp_aq_desc d;

	up();
	d = aq_desc(ICE_MP_AQ_REQ_RES);
	PARAMS(d, ice_mp_aqc_req_res)->res_id = ICE_MP_AQ_RES_GLOBAL_CFG;
	PARAMS(d, ice_mp_aqc_req_res)->access = ICE_MP_AQ_RES_WRITE;
	CHECK_EQ(aq_cmd(&d, NULL, 0, false), 0);
	CHECK_EQ(xlt1(ICE_MP_AQ_DOWNLOAD_PKG, ICE_MP_PTYPE_IPV4_TCP, 7), 0);
	CHECK_EQ(xlt1(ICE_MP_AQ_UPDATE_PKG, ICE_MP_PTYPE_IPV4_UDP, 8), 0);
	CHECK_EQ(xlt2(VSI, 1), 0);
	CHECK_EQ(E.core->rss_live.ptg[ICE_MP_PTYPE_IPV4_UDP], 8);
	env_pfr();
	CHECK_EQ(E.core->rss_live.ptg[ICE_MP_PTYPE_IPV4_TCP], 7);
	CHECK_EQ(E.core->rss_live.ptg[ICE_MP_PTYPE_IPV4_UDP], 0);
	CHECK_EQ(E.core->rss_live.vsig[VSI], 0);
	ice_core_reset(E.core, ICE_CORE_RESET_CORER);
	CHECK_EQ(E.core->rss_live.ptg[ICE_MP_PTYPE_IPV4_TCP], 0);
}

TEST(what_does_not_fit_changes_nothing)
{
	static const uint8_t xlt1_end[] = { 2, 0, 0xFF, 0x03, 1, 1 };
	static const uint8_t xlt1_short[] = { 3, 0, 1, 0, 1, 1 };
	static const uint8_t tcam_end[15] = { 1, 0, 0, 2 };
	static const uint8_t tcam_profile[15] = { 1, 0, 0, 0, [14] = 128 };
	static const uint8_t tcam_short[14] = { 1 };
	static const uint8_t tiny[3] = { 0 };
	uint8_t fv[4 + 96] = { 1, 0, 128 };
	uint16_t v[3] = { 1, ICE_MP_HW_MAX_VSI, 1 };

	up();
	CHECK_EQ(update(XLT1, xlt1_end, sizeof(xlt1_end)), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(update(XLT1, xlt1_short, sizeof(xlt1_short)), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(update(XLT1, tiny, sizeof(tiny)), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(update(XLT2, v, sizeof(v)), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(update(TCAM, tcam_end, sizeof(tcam_end)), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(update(TCAM, tcam_profile, sizeof(tcam_profile)), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(update(TCAM, tcam_short, sizeof(tcam_short)), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(update(TCAM, tiny, 1), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(update(FV, fv, sizeof(fv)), ICE_MP_AQ_RC_EINVAL);
	fv[2] = 127;
	CHECK_EQ(update(FV, fv, sizeof(fv) - 1), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(E.core->rss_live.ptg[1023], 0);
	CHECK_EQ(E.core->rss_live.ptg[1], 0);
	CHECK_EQ(E.core->rss_live.tcam_hi, 0);
	/* The last of each. */
	fv[4] = 32;
	CHECK_EQ(update(FV, fv, sizeof(fv)), 0);
	CHECK_EQ(E.core->rss_live.fv[127][0].prot, 32);
	v[1]--;
	CHECK_EQ(update(XLT2, v, sizeof(v)), 0);
	CHECK_EQ(xlt1(ICE_MP_AQ_UPDATE_PKG, 1023, 1), 0);
	CHECK_EQ(tcam(511, 1, 1, 127), 0);
	/* Of a block that is not modelled. */
	CHECK_EQ(update(12, tiny, sizeof(tiny)), 0);
}

HARNESS_MAIN
