/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * VFs: queues, vectors and doorbells, and what a hostile VF finds there.
 */

#include "vf_lane.h"
#include "aq_priv.h"

static const uint8_t out[6] = { 0x02, 0xEE, 0, 0, 0, 0x99 };	/* beyond the wire */
static const uint8_t bcast[6] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };
static struct lane A, B, F;
static uint8_t f[1024];

static uint64_t
done(const struct ice_mp_tx_desc *d)
{
	return (d->qw1 & ICE_MP_TXD_DTYPE_M) == ICE_MP_TXD_DTYPE_DONE;
}

TEST(out_of_the_wire_and_in)
{
	struct ice_mp_tx_desc *d;

	vf_open(2, 4);
	DO(lane_up(&F, LANE_PF, 1); lane_up(&A, 2, 1); lane_up(&B, 3, 0));
	frame(f, 100, out, A.mac, 0x5A);
	d = lane_send(&A, f, 100);
	CHECK(done(d));
	CHECK_EQ(E.nb_tx, 1);
	CHECK_EQ(E.tx[0].lport, 1);
	CHECK_EQ(E.tx[0].len, 100);
	CHECK(memcmp(E.tx[0].data, f, 100) == 0);
	frame(f, 200, A.mac, out, 0xA5);
	CHECK_EQ(wire(1, f, 200), ICE_CORE_RX_DONE);
	CHECK(lane_get(&A));
	CHECK_EQ(L.len, 200);
	CHECK(memcmp(L.data, f, 200) == 0);
	CHECK(!lane_get(&A));
	CHECK(!lane_get(&B));
	CHECK(!lane_get(&F));
	/* Its address at another port is nobody's. */
	CHECK_EQ(wire(0, f, 200), ICE_CORE_RX_DONE);
	CHECK(!lane_get(&A));
	CHECK_EQ(E.dma_errors, 0);
	CHECK_EQ(rd32(GLV_UPRCL + 8 * A.vsi), 1);
	CHECK_EQ(rd32(GLV_UPTCL + 8 * A.vsi), 1);
	CHECK_EQ(rd32(GLV_GOTCL + 8 * A.vsi), 104);
}

/* RXDID 1: what stock VF drivers read of it. */
TEST(legacy_descriptors)
{
	static const uint8_t ip[20] = { 0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0x66, 0xCF,
					10, 0, 0, 1, 10, 0, 0, 2 };
	struct ice_mp_aq_vsi_ctx c;

	vf_open(1, 1);
	DO(lane_up(&A, 0, 0));
	frame(f, 60, A.mac, out, 0);
	f[12] = 0x08;
	f[13] = 0;
	memcpy(f + 14, ip, 20);
	f[39] = 8;		/* UDP length, no checksum */
	wire(0, f, 60);
	CHECK(lane_get(&A));
	CHECK_EQ(L.qw[1] & 0xB, 0xB);				/* DD EOF L3L4P */
	CHECK_EQ((L.qw[1] >> 30) & 0xFF, ICE_MP_PTYPE_IPV4_UDP);
	CHECK_EQ((L.qw[1] >> 38) & 0x3FFF, 60);
	CHECK_EQ(L.qw[1] >> 12 & 3, 3);				/* hash valid */
	CHECK(L.qw[0] >> 32 == 0);				/* with a key of zeros */
	CHECK_EQ(L.qw[1] >> 22 & 1, (uint64_t)0);		/* IP checksum is right */
	f[24] ^= 1;
	wire(0, f, 60);
	CHECK(lane_get(&A));
	CHECK_EQ(L.qw[1] >> 22 & 1, 1);
	/* A stripped tag is in L2TAG1. */
	memset(&c, 0, sizeof(c));
	c.inner_vlan_flags = ICE_MP_VSI_VLAN_TX_ALL | ICE_MP_VSI_VLAN_EMODE_STR_BOTH;
	lane_update(&A, &c, ICE_MP_VSI_VALID_VLAN);
	tagged(f, 80, A.mac, out, 0x6123);
	wire(0, f, 80);
	CHECK(lane_get(&A));
	CHECK_EQ(L.len, 76);
	CHECK(L.qw[1] & 4);
	CHECK_EQ((L.qw[0] >> 16) & 0xFFFF, 0x6123);
	/* Not stripped, not told. */
	c.inner_vlan_flags = ICE_MP_VSI_VLAN_TX_ALL | ICE_MP_VSI_VLAN_EMODE_NOTHING;
	lane_update(&A, &c, ICE_MP_VSI_VALID_VLAN);
	wire(0, f, 80);
	CHECK(lane_get(&A));
	CHECK_EQ(L.len, 80);
	CHECK_EQ(L.qw[1] & 4, 0);
}

TEST(interrupts_are_of_the_vf)
{
	vf_open(1, 3);
	DO(lane_up(&A, 1, 0); lane_up(&B, 2, 0));
	frame(f, 60, A.mac, out, 1);
	wire(0, f, 60);
	CHECK_EQ(E.vf[1].msix[1], 0);
	/* Pending until it is enabled, and then masks itself. */
	vwr(1, VFINT_DYN_CTLN1(0), ENABLE);
	CHECK_EQ(E.vf[1].msix[1], 1);
	CHECK_EQ(vrd(1, VFINT_DYN_CTLN1(0)), 0);
	wire(0, f, 60);
	CHECK_EQ(E.vf[1].msix[1], 1);
	vwr(1, VFINT_DYN_CTLN1(0), ENABLE);
	CHECK_EQ(E.vf[1].msix[1], 2);
	CHECK_EQ(vrd(1, VFINT_DYN_CTLN1(0)), 0);
	/* The vector of the neighbour, and those of the PF, know nothing. */
	vwr(2, VFINT_DYN_CTLN1(0), ENABLE);
	CHECK_EQ(vrd(2, VFINT_DYN_CTLN1(0)), GLINT_DYN_CTL_INTENA_M);
	wire(0, f, 60);
	CHECK_EQ(E.vf[2].msix[1], 0);
	CHECK_EQ(E.msix_total, 0);
	/* The PF sees the same vector under its number in the device. */
	CHECK_EQ(rd32(GLINT_DYN_CTL(VF_VECTOR(2) + 1)), GLINT_DYN_CTL_INTENA_M);
	wr32(GLINT_ITR(1, VF_VECTOR(2) + 1), 25);
	CHECK_EQ(vrd(2, VFINT_ITRN1(1, 0)), 25);
	vwr(2, VFINT_ITRN1(2, 3), 50);
	CHECK_EQ(rd32(GLINT_ITR(2, VF_VECTOR(2) + 4)), 50);
	vwr(2, VFINT_ITR01(0), 7);
	CHECK_EQ(rd32(GLINT_ITR(0, VF_VECTOR(2))), 7);
	/* A kick by software. */
	vwr(2, VFINT_DYN_CTLN1(3), ENABLE | GLINT_DYN_CTL_SWINT_TRIG_M);
	CHECK_EQ(E.vf[2].msix[4], 1);
}

TEST(moderation_of_a_vf)
{
	vf_open(1, 1);
	DO(lane_up(&A, 0, 0));
	wr32(QINT_RQCTL(A.q), INT_CTL_CAUSE_ENA_M | 0u << INT_CTL_ITR_INDX_S | 2);
	vwr(0, VFINT_ITRN1(0, 1), 100);
	vwr(0, VFINT_DYN_CTLN1(1), ENABLE);
	frame(f, 60, A.mac, out, 1);
	wire(0, f, 60);
	CHECK_EQ(E.vf[0].msix[2], 1);
	vwr(0, VFINT_DYN_CTLN1(1), ENABLE);
	wire(0, f, 60);
	CHECK_EQ(E.vf[0].msix[2], 1);
	env_advance(100 * GLINT_ITR_UNIT_NS);
	CHECK_EQ(E.vf[0].msix[2], 2);
}

/* Vectors that are not the VF's: its breach where it named them, the PF's
 * where that did. */
TEST(vectors_beyond_its_own)
{
	vf_open(1, 2);
	/* Before the PF granted any, a driver may try. */
	vwr(0, VFINT_DYN_CTL01, ENABLE);
	CHECK_EQ(vrd(0, VFINT_DYN_CTL01), 0);
	DO(lane_up(&A, 0, 0); lane_up(&B, 1, 0));
	VF_BREACH(0, vwr(0, VFINT_DYN_CTLN1(VF_VECTORS - 1), ENABLE));
	VF_BREACH(0, vwr(0, VFINT_ITRN1(0, 15), 1));
	CHECK_EQ(rd32(GLINT_DYN_CTL(VF_VECTOR(1))), 0);
	frame(f, 60, A.mac, out, 1);
	wr32(QINT_RQCTL(A.q), INT_CTL_CAUSE_ENA_M | VF_VECTORS);
	BREACH(ICC_BR_INT_VECTOR, wire(0, f, 60));
	/* A vector that was given to somebody else since. */
	wr32(QINT_RQCTL(A.q), INT_CTL_CAUSE_ENA_M | 1);
	vwr(0, VFINT_DYN_CTLN1(0), ENABLE);
	wr32(GLINT_VECT2FUNC(VF_VECTOR(0) + 1), GLINT_VECT2FUNC_IS_PF_M);
	BREACH(ICC_BR_INT_VECTOR, wire(0, f, 60));
	CHECK_EQ(E.vf[0].msix[1], 0);
	/* It is not the VF who is to blame, whose vector it should be. */
	vwr(0, VFINT_DYN_CTLN1(0), ENABLE);
	CHECK_EQ(vrd(0, VFINT_DYN_CTLN1(0)), 0);
	VF_BREACH(0, vwr(0, VFINT_DYN_CTLN1(VF_VECTORS - 1), ENABLE));
	BREACH(ICC_BR_INT_VECTOR, wr32(GLINT_VECT2FUNC(3), 2));
	/* One that fires when the VF's range has moved away from it. */
	wr32(VPINT_ALLOC(1), VPINT_ALLOC_VALID_M | 3 | 7 << VPINT_ALLOC_LAST_S);
	wr32(GLINT_DYN_CTL(VF_VECTOR(1) + 1), ENABLE | GLINT_DYN_CTL_SWINT_TRIG_M);
	wr32(VPINT_ALLOC(1), 0);
	wr32(GLINT_DYN_CTL(VF_VECTOR(1) + 1), ENABLE | GLINT_DYN_CTL_SWINT_TRIG_M);
	CHECK_EQ(E.vf[1].msix[1], 0);
	/* Nor does one that waited, when it is somebody else's since. */
	pf_grant(1);
	wr32(QINT_RQCTL(B.q), INT_CTL_CAUSE_ENA_M | 2);
	frame(f, 60, B.mac, out, 1);
	wire(0, f, 60);
	wr32(GLINT_VECT2FUNC(VF_VECTOR(1) + 2), 0);
	wr32(GLINT_VECT2FUNC(VF_VECTOR(1) + 2), 1);
	vwr(1, VFINT_DYN_CTLN1(1), ENABLE);
	CHECK_EQ(E.vf[1].msix[2], 0);
	wire(0, f, 60);
	CHECK_EQ(E.vf[1].msix[2], 1);
}

/* ---- queues ---- */

TEST(doorbells_reach_own_queues)
{
	unsigned int i;

	vf_open(1, 2);
	DO(lane_up(&A, 0, 0); lane_up(&B, 1, 0));
	for (i = 1; i < VF_QUEUES; i++)
		vwr(0, QTX_TAIL1(i), 5);	/* its own: the PF may be late */
	CHECK_EQ(txq_dis(A.group, A.q), 0);
	VF_BREACH(0, vwr(0, QTX_TAIL1(0), 5));	/* this one it had */
	CHECK_EQ(lane_add_txq(&A), 0);
	for (i = VF_QUEUES; i < ICE_MP_VF_MAX_QPS; i++) {
		VF_BREACH(0, vwr(0, QTX_TAIL1(i), 1));
		VF_BREACH(0, vwr(0, QRX_TAIL1(i), 7));
		CHECK_EQ(vrd(0, QTX_TAIL1(i)), 0);
		CHECK_EQ(vrd(0, QRX_TAIL1(i)), 0);
	}
	CHECK_EQ(rd32(QTX_COMM_DBELL(B.q)), 0);
	CHECK_EQ(rd32(QRX_TAIL(B.q)), 32);
	CHECK_EQ(vrd(0, QRX_TAIL1(0)), 32);
	/* Nor do they when the PF maps a queue twice. */
	wr32(VPLAN_TX_QBASE(0), VF_QUEUE(1));
	wr32(VPLAN_RX_QBASE(0), VF_QUEUE(1));
	VF_BREACH(0, vwr(0, QTX_TAIL1(0), 5));
	VF_BREACH(0, vwr(0, QRX_TAIL1(0), 5));
	CHECK_EQ(rd32(QTX_COMM_DBELL(B.q)), 0);
	CHECK_EQ(rd32(QRX_TAIL(B.q)), 32);
	/* Nor without a map. */
	wr32(VPLAN_TXQ_MAPENA(1), 0);
	VF_BREACH(1, vwr(1, QTX_TAIL1(0), 1));
}

TEST(wild_tails)
{
	vf_open(1, 2);
	DO(lane_up(&A, 0, 0));
	VF_BREACH(0, vwr(0, QTX_TAIL1(0), LANE_RING));
	VF_BREACH(0, vwr(0, QTX_TAIL1(0), 0xFFFFFFFF));
	VF_BREACH(0, vwr(0, QRX_TAIL1(0), LANE_RING));
	CHECK_EQ(vrd(0, QRX_TAIL1(0)), 32);
	/* One that was there before the queue: the PF's context is sound. */
	pf_grant(1);
	vwr(1, QRX_TAIL1(0), 0x1FFF);
	B = A;
	B.vf = 1;
	B.q = VF_QUEUE(1);
	B.rx = vf_alloc(1, LANE_RING * 32);
	VF_BREACH(1, lane_add_rxq(&B, ICE_MP_RXDID_LEGACY));
	CHECK(rd32(QRX_CTRL(B.q)) & QRX_CTRL_QENA_STAT_M);
	CHECK_EQ(vrd(1, QRX_TAIL1(0)), 0);
}

/* What a VF makes of its rings is its own affair: nothing gets out, nothing is
 * read that is not its own, and the neighbour goes on. */
TEST(memory_of_others)
{
	struct ice_mp_tx_desc *d;
	uint64_t *slot;

	vf_open(1, 2);
	DO(lane_up(&A, 0, 0); lane_up(&B, 1, 0));
	memset(env_ptr(B.tx_buf, 64), 0x42, 64);
	frame(f, 64, out, A.mac, 1);
	d = lane_put(&A, f, 64);
	d->addr = B.tx_buf;
	VF_BREACH(0, lane_bell(&A, true); env_run());
	CHECK_EQ(E.nb_tx, 0);
	/* Long enough to be mapped. */
	d = lane_put(&A, f, 64);
	d->addr = E.vf[0].hi - 8;
	d->qw1 += 900ull << ICE_MP_TXD_BUF_SZ_S;
	VF_BREACH(0, lane_bell(&A, true); env_run());
	CHECK_EQ(E.nb_tx, 0);
	/* A buffer of the neighbour to receive into. */
	slot = env_ptr(A.rx, 32);
	slot[0] = B.rx_buf;
	frame(f, 64, A.mac, out, 9);
	VF_BREACH(0, wire(0, f, 64));
	CHECK(*(uint8_t *)env_ptr(B.rx_buf, 1) == 0);
	CHECK(lane_get(&A));
	CHECK(L.qw[1] & 1ull << 19);			/* in error */
	/* The Tx ring itself. */
	B.group = A.group;
	frame(f, 64, out, B.mac, 3);
	d = lane_send(&B, f, 64);
	CHECK(done(d));
	CHECK_EQ(E.nb_tx, 1);
}

TEST(rings_in_memory_of_others)
{
	struct lane v;

	vf_open(1, 2);
	DO(lane_up(&A, 0, 0); lane_up(&B, 1, 0));
	/* The PF believed what the VF told it of its rings. */
	v = A;
	wr32(QRX_CTRL(A.q), 0);
	CHECK_EQ(txq_dis(A.group, A.q), 0);
	v.rx = B.rx;
	v.tx = B.tx;
	lane_add_rxq(&v, ICE_MP_RXDID_LEGACY);
	CHECK_EQ(lane_add_txq(&v), 0);
	VF_BREACH(0, vwr(0, QTX_TAIL1(0), 3); env_run());
	frame(f, 64, A.mac, out, 9);
	vwr(0, QRX_TAIL1(0), 20);
	VF_BREACH(0, wire(0, f, 64));
	CHECK(!lane_get(&B));
	CHECK_EQ(rd32(QTX_COMM_HEAD(A.q)), 0);
}

/* A VF without buffers loses its frames and holds nobody up. */
TEST(no_vf_holds_up_its_port)
{
	unsigned int i;

	vf_open(1, 1);
	DO(lane_up(&F, LANE_PF, 0); lane_up(&A, 0, 0));
	frame(f, 64, A.mac, out, 9);
	for (i = 0; i < 40; i++)
		CHECK_EQ(wire(0, f, 64), ICE_CORE_RX_DONE);
	CHECK_EQ(rd32(GLV_RDPC(A.vsi)), 8);
	CHECK(ice_core_can_rx(E.core, 0));
	memcpy(f, F.mac, 6);
	CHECK_EQ(wire(0, f, 64), ICE_CORE_RX_DONE);
	CHECK(lane_get(&F));
	/* The PF's own wait, as before. */
	for (i = 0; i < 31; i++)
		CHECK_EQ(wire(0, f, 64), ICE_CORE_RX_DONE);
	CHECK_EQ(wire(0, f, 64), ICE_CORE_RX_RETRY);
}

/* Packets that the device cuts into a thousand frames each do not keep others
 * waiting. */
TEST(a_queue_full_of_segmentation)
{
	struct ice_mp_tx_desc *d;
	unsigned int i, k;
	uint8_t hdr[54];
	uint64_t data;

	vf_open(1, 1);
	DO(lane_up(&F, LANE_PF, 0); lane_up(&A, 0, 0));
	data = vf_alloc(0, 16000);
	frame(hdr, 54, out, A.mac, 0);
	hdr[12] = 0x08;
	hdr[13] = 0;
	hdr[14] = 0x45;
	hdr[23] = 6;
	hdr[46] = 0x50;
	memcpy(env_ptr(data, sizeof(hdr)), hdr, sizeof(hdr));
	for (i = 0; i < 8; i++) {
		for (k = 0; k < 6; k++) {
			d = env_ptr(A.tx + A.tx_tail * 16, 16);
			A.tx_tail = (A.tx_tail + 1) % LANE_RING;
			d->addr = data;
			if (k == 0) {
				d->addr = 0;
				d->qw1 = ICE_MP_TXD_DTYPE_CTX |
					 (uint64_t)ICE_MP_TXC_CMD_TSO << ICE_MP_TXC_CMD_S |
					 64000ull << ICE_MP_TXC_TSO_LEN_S |
					 64ull << ICE_MP_TXC_MSS_S;
				continue;
			}
			d->qw1 = (uint64_t)(ICE_MP_TXD_CMD_L4T_TCP | ICE_MP_TXD_CMD_IIPT_IPV4_CSUM |
					    (k == 5 ? ICE_MP_TXD_CMD_EOP : 0)) << ICE_MP_TXD_CMD_S |
				 7ull << ICE_MP_TXD_MACLEN_S | 5ull << ICE_MP_TXD_IPLEN_S |
				 5ull << ICE_MP_TXD_L4LEN_S |
				 (k == 1 ? 54ull : 16000ull) << ICE_MP_TXD_BUF_SZ_S;
		}
	}
	lane_bell(&A, true);
	frame(f, 64, out, F.mac, 1);
	lane_put(&F, f, 64);
	lane_bell(&F, true);
	CHECK(ice_core_run(E.core, 64));
	CHECK_EQ(E.nb_tx, 1000);
	ice_core_run(E.core, 64);
	CHECK(memcmp(E.tx[1000].data, f, 64) == 0);
}

/* ---- owners ---- */

TEST(contexts_name_their_owner)
{
	struct ice_mp_aq_vsi_ctx c;
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_ADD_VSI);
	struct lane v;

	vf_open(1, 3);
	DO(lane_up(&F, LANE_PF, 0); lane_up(&A, 0, 0); lane_up(&B, 1, 0));
	CHECK_EQ(txq_dis(A.group, A.q), 0);
	/* A queue of VF 0 under the name of VF 1, of the PF, and for the VSI of
	 * another. */
	v = A;
	v.vf = 1;
	BREACH(ICC_BR_TX_CTX, CHECK_EQ(lane_add_txq(&v), ICE_MP_AQ_RC_EINVAL));
	v.vf = LANE_PF;
	BREACH(ICC_BR_TX_CTX, CHECK_EQ(lane_add_txq(&v), ICE_MP_AQ_RC_EINVAL));
	v = A;
	v.vsi = B.vsi;
	BREACH(ICC_BR_TX_CTX, CHECK_EQ(lane_add_txq(&v), ICE_MP_AQ_RC_EINVAL));
	v.vsi = F.vsi;
	BREACH(ICC_BR_TX_CTX, CHECK_EQ(lane_add_txq(&v), ICE_MP_AQ_RC_EINVAL));
	/* A queue of the PF as one of a VF. */
	v = A;
	v.q = 9;
	BREACH(ICC_BR_TX_CTX, CHECK_EQ(lane_add_txq(&v), ICE_MP_AQ_RC_EINVAL));
	CHECK_EQ(lane_add_txq(&A), 0);
	/* A VSI with a queue that a VSI of another VF has. */
	c = vsi_ctx(0, B.q, 1);
	PARAMS(d, ice_mp_aqc_vsi)->vsi_flags = ICE_MP_AQ_VSI_TYPE_VF;
	PARAMS(d, ice_mp_aqc_vsi)->vf_id = 2;
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(aq_cmd(&d, &c, sizeof(c), true), ICE_MP_AQ_RC_EINVAL));
	d = aq_desc(ICE_MP_AQ_ADD_VSI);
	PARAMS(d, ice_mp_aqc_vsi)->vsi_flags = ICE_MP_AQ_VSI_TYPE_VF;
	PARAMS(d, ice_mp_aqc_vsi)->vf_id = 3;
	c = vsi_ctx(0, 60, 1);
	CHECK_EQ(aq_cmd(&d, &c, sizeof(c), true), ICE_MP_AQ_RC_EINVAL);
}

/* The PF polls doorbells of its own queues only. */
TEST(queues_of_vfs_are_not_the_pfs)
{
	vf_open(1, 1);
	DO(lane_up(&F, LANE_PF, 0); lane_up(&A, 0, 0));
	CHECK(ice_core_txq_enabled(E.core, F.q));
	CHECK(ice_core_rxq_enabled(E.core, F.q));
	CHECK(!ice_core_txq_enabled(E.core, A.q));
	CHECK(!ice_core_rxq_enabled(E.core, A.q));
}

/* ---- resets ---- */

TEST(a_reset_stops_queues_and_the_pf_takes_them_away)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_DIS_TXQS);
	unsigned int i;

	vf_open(1, 2);
	DO(lane_up(&A, 0, 0); lane_up(&B, 1, 0));
	frame(f, 64, out, A.mac, 1);
	for (i = 0; i < 3; i++) {
		lane_put(&A, f, 64);
		lane_put(&B, f, 64);
	}
	vwr(0, VFINT_DYN_CTLN1(0), ENABLE);
	lane_bell(&A, true);
	lane_bell(&B, true);
	ice_core_vf_reset(E.core, 0);
	env_run();
	/* What was posted is gone with its queue; the neighbour's is sent. */
	CHECK_EQ(E.nb_tx, 3);
	CHECK_EQ(E.vf[0].msix[1], 0);
	CHECK_EQ(rd32(QRX_CTRL(A.q)), 0);
	CHECK(rd32(QRX_CTRL(B.q)) != 0);
	memcpy(f, A.mac, 6);
	CHECK_EQ(wire(0, f, 64), ICE_CORE_RX_DONE);
	CHECK(!lane_get(&A));
	/* Of the scheduler the PF has to clear it. */
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(lane_add_txq(&A), ICE_MP_AQ_RC_EEXIST));
	CHECK_EQ(txq_dis(A.group, A.q), 0);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(txq_dis(A.group, A.q), ICE_MP_AQ_RC_ENOENT));
	/* And then it comes back, tail and all. */
	CHECK_EQ(rd32(QRX_TAIL(A.q)), 0);
	A.tx_tail = 0;
	A.rx_tail = 0;
	A.rx_next = 0;
	lane_post(&A, 8);
	lane_add_rxq(&A, ICE_MP_RXDID_LEGACY);
	CHECK_EQ(lane_add_txq(&A), 0);
	CHECK_EQ(wire(0, f, 64), ICE_CORE_RX_DONE);
	CHECK(lane_get(&A));
	/* 0x0C31 for a VF reset, without queues, stops what the VF sends. */
	PARAMS(d, ice_mp_aqc_dis_txqs)->cmd_type = ICE_MP_AQ_Q_DIS_CMD_VF_RESET;
	PARAMS(d, ice_mp_aqc_dis_txqs)->vmvf_timeout = 1;
	CHECK_EQ(aq_cmd(&d, NULL, 0, false), 0);
	CHECK(!E.core->txq[B.q].ena);
	CHECK(E.core->txq[A.q].ena);
	CHECK_EQ(txq_dis(B.group, B.q), 0);
	d = aq_desc(ICE_MP_AQ_DIS_TXQS);
	PARAMS(d, ice_mp_aqc_dis_txqs)->cmd_type = ICE_MP_AQ_Q_DIS_CMD_VF_RESET;
	PARAMS(d, ice_mp_aqc_dis_txqs)->vmvf_timeout = 2;
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(aq_cmd(&d, NULL, 0, false), ICE_MP_AQ_RC_EINVAL));
}

/* Linux iavf sends as soon as it hears of a link, be its queues on or not. */
TEST(a_vf_may_send_before_it_has_its_queue)
{
	vf_open(1, 2);
	DO(lane_up(&A, 0, 0));
	ice_core_vf_reset(E.core, 0);
	CHECK_EQ(txq_dis(A.group, A.q), 0);
	vwr(0, VF_ATQLEN1, CTLQ_LEN_ENABLE_M | 8);	/* it knows of the reset */
	vwr(0, QTX_TAIL1(0), 3);
	CHECK_EQ(ice_core_violations(E.core), 0);
	CHECK_EQ(lane_add_txq(&A), 0);
	CHECK_EQ(rd32(QTX_COMM_DBELL(A.q)), 0);
	CHECK_EQ(txq_dis(A.group, A.q), 0);
	VF_BREACH(0, vwr(0, QTX_TAIL1(0), 3));
	/* Nor need it know at once that the PF has switched its mailbox off. */
	wr32(VF_MBX_ATQLEN(0), 0);
	vwr(0, QTX_TAIL1(0), 3);
	vwr(0, VF_ATQT1, 3);
	CHECK_EQ(ice_core_violations(E.core), 0);
}

/* Linux ice deletes nodes before a reset, with the VFs' queues still below. */
TEST(nodes_with_a_vfs_queue_below_stay)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_DEL_SCHED_ELEMS);
	uint32_t b[3] = { 0, 1, 0 };

	vf_open(1, 2);
	DO(lane_up(&F, LANE_PF, 0); lane_up(&A, 0, 0));
	PARAMS(d, ice_mp_aqc_sched_elems)->num_req = 1;
	b[0] = icc_sched_node(E.core, A.group)->parent;
	b[2] = A.group;
	CHECK_EQ(aq_cmd(&d, b, sizeof(b), true), ICE_MP_AQ_RC_EBUSY);
	CHECK_EQ(ice_core_violations(E.core), 0);
	b[0] = icc_sched_node(E.core, F.group)->parent;
	b[2] = F.group;
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(aq_cmd(&d, b, sizeof(b), true), ICE_MP_AQ_RC_EBUSY));
	CHECK(icc_sched_node(E.core, A.group) != NULL);
	frame(f, 64, out, A.mac, 1);
	CHECK(done(lane_send(&A, f, 64)));
}

/* The FCS of older cards: Linux iavf asks for it in each data descriptor. */
TEST(a_vf_may_ask_for_the_fcs)
{
	const uint64_t icrc = 0x004ull << ICE_MP_TXD_CMD_S;

	vf_open(1, 1);
	DO(lane_up(&F, LANE_PF, 0); lane_up(&A, 0, 0));
	frame(f, 64, out, A.mac, 1);
	lane_put(&A, f, 64)->qw1 |= icrc;
	lane_bell(&A, true);
	env_run();
	CHECK_EQ(E.nb_tx, 1);
	CHECK_EQ(E.tx[0].len, 64);
	lane_put(&F, f, 64)->qw1 |= icrc;
	BREACH(ICC_BR_TX_DESC, lane_bell(&F, true); env_run());
	CHECK_EQ(E.nb_tx, 1);
	lane_put(&A, f, 64)->qw1 |= 0x080ull << ICE_MP_TXD_CMD_S;
	VF_BREACH(0, lane_bell(&A, true); env_run());
}

/* 256 VFs of eight ports, one frame each, and a broadcast to a port. */
TEST(all_256_at_once)
{
	static struct lane v[256];
	unsigned int i, n;

	vf_open(8, 256);
	for (i = 0; i < 256; i++) {
		DO(lane_up(&v[i], (int)i, i % 8));
		lane_mac(&v[i], bcast);
	}
	for (i = 0; i < 256; i++) {
		frame(f, 64, v[i].mac, out, (uint8_t)i);
		CHECK_EQ(wire(i % 8, f, 64), ICE_CORE_RX_DONE);
	}
	for (i = 0; i < 256; i++) {
		CHECK(lane_get(&v[i]));
		CHECK_EQ(L.data[20], (uint8_t)i);
		CHECK(!lane_get(&v[i]));
	}
	frame(f, 64, bcast, v[13].mac, 1);
	lane_send(&v[13], f, 64);
	CHECK_EQ(E.nb_tx, 1);
	CHECK_EQ(E.tx[0].lport, 5);
	for (i = 0, n = 0; i < 256; i++) {
		bool got = lane_get(&v[i]);

		CHECK_EQ(got, i % 8 == 5 && i != 13);
		n += got;
	}
	CHECK_EQ(n, 31);
}

HARNESS_MAIN
