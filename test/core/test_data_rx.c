/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Rx queues of the device core: contexts, write-backs, waiting, counters.
 */

#include "data_env.h"

static uint8_t F[16384];
static struct rxq R;

/* One port, one VSI with its MAC, `1 << log` queues from 0 on. */
static struct icc_vsi *
one_port(unsigned int log)
{
	struct icc_vsi *v;
	uint8_t mac[6];

	env_open(2);
	v = dp_vsi(5, 0, 0, log);
	port_mac(mac, 0);
	dp_mac(5, mac);
	return v;
}

/* Untyped frame of len bytes for lport 0 at F. */
static void
frame(size_t len, unsigned int seed)
{
	eth(F, 0, 0x88B5);
	fill(F + 14, len - 14, seed);
}

static unsigned long long
breaches(enum icc_breach what)
{
	return E.core->breach[what];
}

TEST(thin_thread)
{
	one_port(0);
	rxq_up(&R, 0, NULL, 8);
	frame(60, 1);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_DONE);
	CHECK(rxq_get(&R));
	CHECK_EQ(G.len, 60);
	CHECK(memcmp(G.data, F, 60) == 0);
	CHECK_EQ(G.wb.rxdid, ICE_MP_RXDID_COMMS_OVS);
	CHECK_EQ(G.wb.ptype_flags0, ICE_MP_PTYPE_L2);
	CHECK_EQ(G.wb.status_error0, ICE_MP_RX_S0_DD | ICE_MP_RX_S0_EOF);
	CHECK_EQ(G.wb.flex0, ICE_MP_RX_NO_FLOW_ID);
	CHECK(!rxq_get(&R));
}

TEST(short_frames_are_padded)
{
	size_t n;

	one_port(0);
	rxq_up(&R, 0, NULL, 63);
	for (n = 14; n < 60; n++) {
		frame(n, (unsigned int)n);
		memset(env_ptr(R.bufs + (uint64_t)R.next * R.dbuf, R.dbuf), 0xEE, R.dbuf);
		CHECK_EQ(rx(0, F, n), ICE_CORE_RX_DONE);
		CHECK(rxq_get(&R));
		CHECK_EQ(G.len, 60);
		memset(F + n, 0, 60 - n);
		CHECK(memcmp(G.data, F, 60) == 0);
	}
	/* Without a whole header there is nobody to deliver to. */
	CHECK_EQ(rx(0, F, 13), ICE_CORE_RX_DONE);
	CHECK_EQ(rx(0, F, 0), ICE_CORE_RX_DONE);
	CHECK(!rxq_get(&R));
	CHECK_EQ(rd32(GLPRT_RUC), 2);
}

/* Every size, every buffer size: bytes, fragments, EOF on the last only. */
TEST(multi_descriptor)
{
	static const uint16_t dbufs[] = { 128, 1024, 1920, 2048, 9856 };
	unsigned int i;
	size_t n;

	for (i = 0; i < sizeof(dbufs) / sizeof(dbufs[0]); i++) {
		struct rxq_opt o = { .dbuf = dbufs[i] };

		one_port(0);
		rxq_up(&R, 0, &o, 63);
		for (n = 60; n <= 9724; n += n < 1100 ? 1 : 211) {
			size_t need = (n + dbufs[i] - 1) / dbufs[i];

			frame(n, (unsigned int)n);
			CHECK_EQ(rx(0, F, n), ICE_CORE_RX_DONE);
			if (need > ICE_MP_RX_MAX_SEGS) {
				CHECK(!rxq_get(&R));
				continue;
			}
			CHECK(rxq_get(&R));
			CHECK_EQ(G.frags, need);
			CHECK_EQ(G.len, n);
			CHECK(memcmp(G.data, F, n) == 0);
			rxq_post(&R, G.frags);
		}
		CHECK_EQ(ice_core_violations(E.core), 0);
		if (i + 1 < sizeof(dbufs) / sizeof(dbufs[0]))
			env_close();
	}
}

TEST(status_only_with_the_last_fragment)
{
	struct rxq_opt o = { .dbuf = 128 };
	const struct ice_mp_rx_flex *d;
	size_t n;

	one_port(0);
	rxq_up(&R, 0, &o, 8);
	n = eth(F, 0, 0x0800);
	n += ipv4(F + n, 253, 200);
	fill(F + n, 200, 3);
	CHECK_EQ(rx(0, F, n + 200), ICE_CORE_RX_DONE);
	d = env_ptr(R.ring, 64);
	CHECK_EQ(d[0].status_error0, ICE_MP_RX_S0_DD);
	CHECK_EQ(d[0].ptype_flags0, ICE_MP_PTYPE_IPV4_PAY);
	CHECK_EQ(d[0].pkt_len, 128);
	CHECK_EQ(d[1].status_error0, ICE_MP_RX_S0_DD | ICE_MP_RX_S0_EOF | ICE_MP_RX_S0_L3L4P |
		 ICE_MP_RX_S0_RSS_VALID);
	CHECK_EQ(d[1].pkt_len, 234 - 128);
}

TEST(oversize)
{
	struct rxq_opt o = { .rxmax = 1522 };

	one_port(0);
	rxq_up(&R, 0, &o, 8);
	frame(9729, 1);
	CHECK_EQ(rx(0, F, 1522), ICE_CORE_RX_DONE);
	CHECK(rxq_get(&R));
	CHECK_EQ(rx(0, F, 1523), ICE_CORE_RX_DONE);
	CHECK(!rxq_get(&R));
	CHECK_EQ(rd32(GLV_REPC(5)), 1u << 16);
	CHECK_EQ(rd32(GLPRT_ROC), 1);
	CHECK_EQ(rx(0, F, 9729), ICE_CORE_RX_DONE);
	CHECK_EQ(rx(0, F, 16000), ICE_CORE_RX_DONE);
	CHECK_EQ(rd32(GLPRT_ROC), 3);
	E.core->port[0].max_frame = 1000;
	CHECK_EQ(rx(0, F, 996), ICE_CORE_RX_DONE);
	CHECK(rxq_get(&R));
	CHECK_EQ(rx(0, F, 997), ICE_CORE_RX_DONE);
	CHECK_EQ(rd32(GLPRT_ROC), 4);
	CHECK(!rxq_get(&R));
}

TEST(keep_crc)
{
	struct rxq_opt o = { .keep_crc = true, .dbuf = 128 };
	uint32_t crc;
	size_t n;

	one_port(0);
	rxq_up(&R, 0, &o, 63);
	for (n = 40; n < 400; n++) {
		frame(n < 60 ? 60 : n, (unsigned int)n);
		if (n < 60)
			memset(F + n, 0, 60 - n);
		CHECK_EQ(rx(0, F, n), ICE_CORE_RX_DONE);
		CHECK(rxq_get(&R));
		CHECK_EQ(G.len, (n < 60 ? 60 : n) + 4);
		CHECK(memcmp(G.data, F, G.len - 4) == 0);
		memcpy(&crc, G.data + G.len - 4, 4);
		CHECK_EQ(crc, icc_crc32(0, G.data, G.len - 4));
		rxq_post(&R, G.frags);
	}
}

TEST(formats)
{
	static const uint8_t ids[] = { ICE_MP_RXDID_FLEX_NIC, ICE_MP_RXDID_COMMS_OVS,
				       ICE_MP_RXDID_LEGACY };
	unsigned int i, small;
	uint32_t hash;
	size_t n;

	for (i = 0; i < 3; i++) {
		for (small = 0; small < 2; small++) {
			struct rxq_opt o = { .rxdid = ids[i], .small = small };
			struct icc_rss_tab tab;
			struct icc_pkt p;
			struct icc_vsi *v = one_port(0);

			fill(v->rss_key, sizeof(v->rss_key), 9);
			v->ctx.inner_vlan_flags = ICE_MP_VSI_VLAN_EMODE_STR_BOTH;
			rxq_up(&R, 0, &o, 8);
			eth(F, 0, 0x8100);
			icc_put_be16(F + 14, 0xA123);
			icc_put_be16(F + 16, 0x0800);
			n = 18 + ipv4(F + 18, 17, 60);
			fill(F + n, 60, 1);	/* a wrong UDP checksum */
			F[18 + 8]--;		/* and a wrong header */
			n += 60;
			icc_parse(&p, F, n);
			icc_rss_prepare(&tab, v->rss_key);
			hash = dflt_hash(&p, &tab);
			CHECK(hash != 0);
			CHECK_EQ(rx(0, F, n), ICE_CORE_RX_DONE);
			CHECK(rxq_get(&R));
			CHECK_EQ(G.len, n - 4);
			CHECK(memcmp(G.data, F, 12) == 0);
			CHECK(memcmp(G.data + 12, F + 16, n - 16) == 0);
			if (ids[i] == ICE_MP_RXDID_LEGACY) {
				CHECK_EQ(G.qw[0] >> 32, hash);
				CHECK_EQ(G.qw[0] >> 16 & 0xFFFF, 0xA123);
				CHECK_EQ(G.qw[1] & 0x7FFFF, 0x300F);
				CHECK_EQ(G.qw[1] >> 19 & 0xFF, 0x18);
				CHECK_EQ(G.qw[1] >> 30 & 0xFF, ICE_MP_PTYPE_IPV4_UDP);
			} else {
				CHECK_EQ(G.wb.rxdid, ids[i]);
				CHECK_EQ(G.wb.ptype_flags0, ICE_MP_PTYPE_IPV4_UDP);
				CHECK_EQ(G.wb.l2tag1, 0xA123);
				CHECK_EQ(G.wb.status_error0, ICE_MP_RX_S0_DD | ICE_MP_RX_S0_EOF |
					 ICE_MP_RX_S0_L3L4P | ICE_MP_RX_S0_IPE |
					 ICE_MP_RX_S0_L4E | ICE_MP_RX_S0_RSS_VALID |
					 ICE_MP_RX_S0_L2TAG1P);
				if (ids[i] == ICE_MP_RXDID_FLEX_NIC)
					CHECK_EQ(G.wb.flex0, hash);
				else if (!small)
					CHECK_EQ(G.wb.flex1, hash);
			}
			/* Neighbouring descriptors are untouched. */
			CHECK_EQ(*(uint64_t *)env_ptr(R.ring + R.size, 8), R.bufs + R.dbuf);
			CHECK_EQ(ice_core_violations(E.core), 0);
			if (i < 2 || small == 0)
				env_close();
		}
	}
}

TEST(vlan_modes)
{
	static const uint8_t modes[] = { ICE_MP_VSI_VLAN_EMODE_STR_BOTH,
		ICE_MP_VSI_VLAN_EMODE_STR, ICE_MP_VSI_VLAN_EMODE_NOTHING };
	struct rxq_opt o = { .tag2 = true };
	struct icc_vsi *v = one_port(0);
	unsigned int i;
	size_t n;

	rxq_up(&R, 0, &o, 63);
	for (i = 0; i < 3; i++) {
		v->ctx.inner_vlan_flags = modes[i];
		for (n = 58; n < 70; n++) {
			size_t want = modes[i] == ICE_MP_VSI_VLAN_EMODE_NOTHING ? n : n - 4;
			bool shown = modes[i] == ICE_MP_VSI_VLAN_EMODE_STR_BOTH;

			frame(n, 4);
			icc_put_be16(F + 12, 0x8100);
			icc_put_be16(F + 14, 0x2042);
			icc_put_be16(F + 16, 0x88B5);
			CHECK_EQ(rx(0, F, n), ICE_CORE_RX_DONE);
			CHECK(rxq_get(&R));
			CHECK_EQ(G.len, want < 60 ? 60 : want);
			if (want == n)
				CHECK(memcmp(G.data, F, n) == 0);
			else
				CHECK(memcmp(G.data + 12, F + 16, n - 16) == 0);
			CHECK_EQ(!!(G.wb.status_error1 & ICE_MP_RX_S1_L2TAG2P), shown);
			CHECK_EQ(G.wb.l2tag2_2nd, shown ? 0x2042 : 0);
			CHECK(!(G.wb.status_error0 & ICE_MP_RX_S0_L2TAG1P));
			rxq_post(&R, 1);
		}
	}
}

TEST(ring_wrap)
{
	unsigned int i, k, map;
	struct rxq_opt o = { .dbuf = 128 };

	for (map = 0; map < 2; map++) {
		one_port(0);
		E.map = map;
		rxq_up(&R, 0, &o, 63);
		for (i = 0; i < 500; i++) {
			/* Bursts of several frames, of one or two buffers. */
			for (k = 0; k < 1 + i % 7; k++) {
				frame(100 + 10 * k, i * 16 + k);
				CHECK_EQ(ice_core_rx(E.core, 0, F, 100 + 10 * k),
					 ICE_CORE_RX_DONE);
			}
			env_run();
			for (k = 0; k < 1 + i % 7; k++) {
				frame(100 + 10 * k, i * 16 + k);
				CHECK(rxq_get(&R));
				CHECK_EQ(G.len, 100 + 10 * k);
				CHECK(memcmp(G.data, F, G.len) == 0);
				rxq_post(&R, G.frags);
			}
		}
		CHECK_EQ(ice_core_violations(E.core), 0);
		if (map == 0)
			env_close();
	}
}

TEST(one_interrupt_per_burst)
{
	unsigned int k;

	one_port(0);
	rxq_up(&R, 0, NULL, 63);
	wr32(GLINT_DYN_CTL(RXQ_VEC(0)), GLINT_DYN_CTL_INTENA_M | GLINT_DYN_CTL_CLEARPBA_M |
	     3u << GLINT_DYN_CTL_ITR_INDX_S);
	E.kicks = 0;
	for (k = 0; k < 20; k++) {
		frame(60, k);
		CHECK_EQ(ice_core_rx(E.core, 0, F, 60), ICE_CORE_RX_DONE);
	}
	CHECK_EQ(E.kicks, 1);
	CHECK_EQ(E.msix[RXQ_VEC(0)], 0);
	env_run();
	CHECK_EQ(E.msix[RXQ_VEC(0)], 1);
	CHECK_EQ(E.msix_total, 1);
	for (k = 0; k < 20; k++)
		CHECK(rxq_get(&R));
}

TEST(rss_spreads_by_table)
{
	struct icc_vsi *v = one_port(2);
	struct icc_rss_tab tab;
	struct rxq r[4];
	unsigned int i, type, hit[4];
	struct icc_pkt p;
	uint32_t hash;
	size_t n;

	fill(v->rss_key, sizeof(v->rss_key), 3);
	icc_rss_prepare(&tab, v->rss_key);
	for (i = 0; i < 4; i++)
		rxq_up(&r[i], (uint16_t)i, NULL, 63);
	for (i = 0; i < ICE_MP_RSS_LUT_PF; i++)
		E.core->pf_lut[i] = (uint8_t)((i / 3) % 4);
	for (i = 0; i < ICE_MP_RSS_LUT_GLOBAL; i++)
		E.core->gbl_lut[3][i] = (uint8_t)((i / 5) % 4);
	for (i = 0; i < ICE_MP_RSS_LUT_VSI; i++)
		v->lut[i] = (uint8_t)((i / 7) % 4);
	for (type = 0; type < 3; type++) {
		v->ctx.q_opt_rss = type == 0 ? ICE_MP_VSI_RSS_LUT_VSI :
				   type == 1 ? ICE_MP_VSI_RSS_LUT_PF :
				   ICE_MP_VSI_RSS_LUT_GLOBAL | 3u << ICE_MP_VSI_RSS_GBL_LUT_S;
		memset(hit, 0, sizeof(hit));
		for (i = 0; i < 100; i++) {
			unsigned int want;

			n = eth(F, 0, 0x0800);
			n += ipv4(F + n, 17, 30);
			fill(F + n, 30, i);
			n += 30;
			icc_parse(&p, F, n);
			hash = dflt_hash(&p, &tab);
			want = type == 0 ? (hash % 64 / 7) % 4 :
			       type == 1 ? (hash % 2048 / 3) % 4 : (hash % 512 / 5) % 4;
			CHECK_EQ(rx(0, F, n), ICE_CORE_RX_DONE);
			CHECK(rxq_get(&r[want]));
			CHECK(G.wb.status_error0 & ICE_MP_RX_S0_RSS_VALID);
			CHECK_EQ(G.wb.flex1, hash);
			rxq_post(&r[want], 1);
			hit[want]++;
		}
		for (i = 0; i < 4; i++)
			CHECK(hit[i] > 5);
	}
}

TEST(retry_and_ready)
{
	one_port(0);
	rxq_up(&R, 0, NULL, 2);
	frame(60, 1);
	CHECK(ice_core_can_rx(E.core, 0));
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_DONE);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_DONE);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_RETRY);
	CHECK(!ice_core_can_rx(E.core, 0));
	CHECK(ice_core_can_rx(E.core, 1));
	CHECK_EQ(E.rx_ready[0], 0);
	rxq_post(&R, 1);
	CHECK_EQ(E.rx_ready[0], 1);
	CHECK_EQ(E.rx_ready[1], 0);
	CHECK(ice_core_can_rx(E.core, 0));
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_DONE);
	/* A tail that nobody waits for is no news. */
	rxq_post(&R, 1);
	CHECK_EQ(E.rx_ready[0], 1);
	CHECK_EQ(rd32(GLV_RDPC(5)), 0);
}

TEST(stall_drops_and_counts)
{
	one_port(0);
	rxq_up(&R, 0, NULL, 1);
	frame(60, 1);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_DONE);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_RETRY);
	env_advance(ICC_RX_STALL_NS - 1000);
	CHECK_EQ(E.rx_ready[0], 0);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_RETRY);
	env_advance(2000);
	CHECK_EQ(E.rx_ready[0], 1);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_DONE);
	CHECK_EQ(rd32(GLV_RDPC(5)), 1);
	/* The VSI's packets are those with a buffer and those without; the
	 * port's own drops are others. */
	CHECK_EQ(rd32(GLV_UPRCL + 8 * 5), 2);
	CHECK_EQ(rd32(PRTRPB_RDPC), 0);
	CHECK_EQ(E.core->port[0].stats.rx_no_buf, 1);
	/* The stall goes on: no more waiting. */
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_DONE);
	CHECK_EQ(rd32(GLV_RDPC(5)), 2);
	rxq_post(&R, 2);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_DONE);
	CHECK_EQ(rd32(GLV_RDPC(5)), 2);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_DONE);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_RETRY);
}

TEST(never_retry_without_a_way)
{
	struct icc_vsi *v = one_port(0);

	rxq_up(&R, 0, NULL, 1);
	frame(60, 1);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_DONE);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_RETRY);
	/* The queue goes away under the frame. */
	wr32(QRX_CTRL(0), 0);
	CHECK_EQ(E.rx_ready[0], 1);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_DONE);
	CHECK_EQ(rd32(GLV_RDPC(5)), 1);
	wr32(QRX_CTRL(0), QRX_CTRL_QENA_REQ_M);
	ice_core_set_backend(E.core, 0, true, false);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_DONE);
	CHECK_EQ(E.core->port[0].stats.rx_dropped_link_down, 1);
	ice_core_set_backend(E.core, 0, true, true);
	v->used = false;
	icc_switch_invalidate(E.core);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_DONE);
	CHECK_EQ(rx(200, F, 60), ICE_CORE_RX_DONE);
}

TEST(bad_contexts)
{
	static const struct {
		unsigned int s, w;
		uint64_t val;
	} bad[] = {
		{ RLAN_CTX_BASE_S, RLAN_CTX_BASE_W, 0 }, { RLAN_CTX_QLEN_S, RLAN_CTX_QLEN_W, 0 },
		{ RLAN_CTX_QLEN_S, RLAN_CTX_QLEN_W, 63 }, { RLAN_CTX_QLEN_S, RLAN_CTX_QLEN_W, 8191 },
		{ RLAN_CTX_DBUF_S, RLAN_CTX_DBUF_W, 0 }, { RLAN_CTX_RXMAX_S, RLAN_CTX_RXMAX_W, 0 },
		{ RLAN_CTX_DTYPE_S, RLAN_CTX_DTYPE_W, 1 }, { RLAN_CTX_HEAD_S, RLAN_CTX_HEAD_W, 64 },
		{ RLAN_CTX_HSPLIT0_S, RLAN_CTX_HSPLIT0_W, 1 },
	};
	struct rxq_opt o = { 0 };
	unsigned int i;

	one_port(0);
	E.breaches_expected = true;
	rxq_up(&R, 0, NULL, 4);
	wr32(QRX_CTRL(0), 0);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		rxq_ctx(&R, &o);
		ice_mp_ctx_set((uint8_t *)E.core->rxq[0].ctx, bad[i].s, bad[i].w, bad[i].val);
		wr32(QRX_CTRL(0), QRX_CTRL_QENA_REQ_M);
		CHECK(!ice_core_rxq_enabled(E.core, 0));
		CHECK_EQ(breaches(ICC_BR_RX_CTX), i + 1);
	}
	rxq_ctx(&R, &o);
	wr32(QRXFLXP_CNTXT(0), 5);
	wr32(QRX_CTRL(0), QRX_CTRL_QENA_REQ_M);
	CHECK_EQ(breaches(ICC_BR_RX_CTX), i + 1);
	rxq_ctx(&R, &o);
	wr32(QRX_CTRL(0), QRX_CTRL_QENA_REQ_M);
	CHECK(ice_core_rxq_enabled(E.core, 0));
	wr32(QRX_TAIL(0), 64);
	CHECK_EQ(breaches(ICC_BR_RX_TAIL), 1);
	CHECK_EQ(ice_core_violations(E.core), i + 2);
}

TEST(bad_buffers)
{
	uint64_t *d;

	one_port(0);
	E.breaches_expected = true;
	rxq_up(&R, 0, NULL, 0);
	rxq_post(&R, 4);
	d = env_ptr(R.ring, 4 * 32);
	d[0] = 0;			/* no buffer */
	d[4] = 0xdead00000000ull;	/* not the driver's memory */
	d[8 + 1] = 1;			/* DD already there */
	frame(60, 1);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_DONE);
	CHECK_EQ(breaches(ICC_BR_RX_DESC), 2);
	CHECK(rxq_get(&R));
	CHECK(G.wb.status_error0 & ICE_MP_RX_S0_RXE);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_DONE);
	CHECK_EQ(breaches(ICC_BR_RX_DMA), 1);
	CHECK(rxq_get(&R));
	CHECK(G.wb.status_error0 & ICE_MP_RX_S0_RXE);
	R.next = 2;
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_DONE);
	CHECK(rxq_get(&R));
	CHECK(!(G.wb.status_error0 & ICE_MP_RX_S0_RXE));
	CHECK_EQ(rd32(GLV_REPC(5)), 2u << 16);
	CHECK_EQ(rd32(GLV_UPRCL + 8 * 5), 1);
}

TEST(ring_outside_memory)
{
	one_port(0);
	E.breaches_expected = true;
	rxq_up(&R, 0, NULL, 4);
	E.core->rxq[0].base = 0xdead000000ull;
	frame(60, 1);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_DONE);
	CHECK_EQ(breaches(ICC_BR_RX_DMA), 1);
	CHECK_EQ(rd32(GLV_REPC(5)), 1u << 16);
}

/* Reset with write-backs pending, over and over: nothing is left behind. */
TEST(reset_with_work_pending)
{
	unsigned int i;
	uint8_t mac[6];

	env_open(1);
	port_mac(mac, 0);
	for (i = 0; i < 1200; i++) {
		E.mem_used = 0;
		dp_vsi(5, 0, 0, 0);
		dp_mac(5, mac);
		rxq_up(&R, 0, NULL, 4);
		frame(60, i);
		CHECK_EQ(ice_core_rx(E.core, 0, F, 60), ICE_CORE_RX_DONE);
		ice_core_reset(E.core, ICE_CORE_RESET_PFR);
		CHECK(!ice_core_rxq_enabled(E.core, 0));
	}
	CHECK(E.core->nb_dirty <= ICC_MAX_QUEUES);
	CHECK_EQ(E.core->nb_dirty, 0);
}

/* The same by the queue's own switch. */
TEST(disable_with_work_pending)
{
	unsigned int i;

	one_port(0);
	rxq_up(&R, 0, NULL, 4);
	for (i = 0; i < 1200; i++) {
		frame(60, i);
		CHECK_EQ(ice_core_rx(E.core, 0, F, 60), ICE_CORE_RX_DONE);
		CHECK_EQ(E.core->nb_dirty, 1);
		wr32(QRX_CTRL(0), 0);
		CHECK_EQ(E.core->nb_dirty, 0);
		wr32(QRX_CTRL(0), QRX_CTRL_QENA_REQ_M);
	}
	env_run();
	CHECK(!rxq_get(&R));
}

TEST(statistics)
{
	static const struct {
		uint16_t len;
		uint32_t reg;
	} t[] = {
		{ 60, GLPRT_PRC64L }, { 61, GLPRT_PRC127L }, { 123, GLPRT_PRC127L },
		{ 124, GLPRT_PRC255L }, { 251, GLPRT_PRC255L }, { 252, GLPRT_PRC511L },
		{ 507, GLPRT_PRC511L }, { 508, GLPRT_PRC1023L }, { 1019, GLPRT_PRC1023L },
		{ 1020, GLPRT_PRC1522L }, { 1518, GLPRT_PRC1522L }, { 1519, GLPRT_PRC9522L },
	};
	uint32_t was, bytes = 0;
	unsigned int i;

	one_port(0);
	dp_promisc(5, 0x03);
	dp_promisc(5, 0xFF);
	rxq_up(&R, 0, NULL, 63);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		was = rd32(t[i].reg);
		frame(t[i].len, i);
		if (i % 3 == 1)
			F[0] |= 1;
		if (i % 3 == 2)
			memset(F, 0xFF, 6);
		CHECK_EQ(rx(0, F, t[i].len), ICE_CORE_RX_DONE);
		CHECK_EQ(rd32(t[i].reg), was + 1);
		bytes += t[i].len + 4u;
		CHECK_EQ(rd32(GLPRT_GORCL), bytes);
		CHECK_EQ(rd32(GLV_GORCL + 8 * 5), bytes);
	}
	CHECK_EQ(rd32(GLPRT_UPRCL), 4);
	CHECK_EQ(rd32(GLPRT_MPRCL), 4);
	CHECK_EQ(rd32(GLPRT_BPRCL), 4);
	CHECK_EQ(rd32(GLV_UPRCL + 8 * 5), 4);
	CHECK_EQ(rd32(GLV_MPRCL + 8 * 5), 4);
	CHECK_EQ(rd32(GLV_BPRCL + 8 * 5), 4);
	/* Nothing of it at the neighbour. */
	CHECK_EQ(rd32(GLPRT_GORCL + 8), 0);
	CHECK_EQ(rd32(GLV_GORCL + 8 * 4), 0);
	/* 40 bits: the upper 8 in the second word, then around. */
	E.core->port[0].stats.rx_bytes = 0xFFFFFFFFF0ull;
	CHECK_EQ(rd32(GLPRT_GORCL), 0xFFFFFFF0u);
	CHECK_EQ(rd32(GLPRT_GORCL + 4), 0xFF);
	frame(60, 1);
	CHECK_EQ(rx(0, F, 60), ICE_CORE_RX_DONE);
	CHECK_EQ(rd32(GLPRT_GORCL), 0x30);
	CHECK_EQ(rd32(GLPRT_GORCL + 4), 0);
	E.core->vsi[5].stats.rx_uc = 0x123456789Aull;
	CHECK_EQ(rd32(GLV_UPRCL + 8 * 5), 0x3456789A);
	CHECK_EQ(rd32(GLV_UPRCL + 8 * 5 + 4), 0x12);
	/* 32 bits wrap by themselves. */
	E.core->vsi[5].stats.rx_drop = 0x1FFFFFFFFull;
	CHECK_EQ(rd32(GLV_RDPC(5)), 0xFFFFFFFFu);
}

HARNESS_MAIN
