/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_DESC_H_
#define _ICE_MP_DESC_H_

/**
 * @file
 * Queue contexts and descriptors of the E810 data path. All fields are
 * little-endian; so are the hosts we support (see ice_mp_regs.h).
 */

#include <assert.h>
#include <stdint.h>

/* Limits. */
#define ICE_MP_RING_MIN			64
#define ICE_MP_RING_MAX			4096
#define ICE_MP_RING_ALIGN		32
/** Ring base addresses are given in units of 128 bytes. */
#define ICE_MP_RING_BASE_SHIFT		7
/** Largest frame that the MAC passes (0x0603), bytes with FCS. */
#define ICE_MP_MAX_FRAME		9728
/** Rx data buffer sizes are in units of 128 bytes, seven bits. */
#define ICE_MP_RX_DBUF_SHIFT		7
#define ICE_MP_RX_DBUF_MAX		(127u << ICE_MP_RX_DBUF_SHIFT)
/** Descriptors one received frame may span. */
#define ICE_MP_RX_MAX_SEGS		5
/** Data descriptors of one packet (or one TSO segment) on Tx. */
#define ICE_MP_TX_MAX_SEGS		8
/** Largest buffer one Tx data descriptor can describe. */
#define ICE_MP_TX_MAX_BUF		16383u

/* Rx queue context: LSB position and width in the 256-bit image. */
#define RLAN_CTX_HEAD_S			0
#define RLAN_CTX_HEAD_W			13
#define RLAN_CTX_BASE_S			32
#define RLAN_CTX_BASE_W			57
#define RLAN_CTX_QLEN_S			89
#define RLAN_CTX_QLEN_W			13
#define RLAN_CTX_DBUF_S			102
#define RLAN_CTX_DBUF_W			7
#define RLAN_CTX_HBUF_S			109
#define RLAN_CTX_HBUF_W			5
/** Header buffer sizes are in units of 64 bytes. */
#define RLAN_CTX_HBUF_SHIFT		6
#define RLAN_CTX_DTYPE_S		114
#define RLAN_CTX_DTYPE_W		2
/** Headers go to a buffer of their own. */
#define RLAN_CTX_DTYPE_SPLIT		1
/** 1: 32-byte descriptors, 0: 16-byte. */
#define RLAN_CTX_DSIZE_S		116
#define RLAN_CTX_DSIZE_W		1
#define RLAN_CTX_CRCSTRIP_S		117
#define RLAN_CTX_CRCSTRIP_W		1
/** 1: stripped VLAN tag goes to l2tag1, 0: to l2tag2. */
#define RLAN_CTX_L2TSEL_S		119
#define RLAN_CTX_L2TSEL_W		1
#define RLAN_CTX_HSPLIT0_S		120
#define RLAN_CTX_HSPLIT0_W		4
/* Behind what: the innermost of these that a frame has. */
#define RLAN_CTX_HSPLIT0_L2		0x1
#define RLAN_CTX_HSPLIT0_IP		0x2
#define RLAN_CTX_HSPLIT0_TCP_UDP	0x4
#define RLAN_CTX_HSPLIT0_SCTP		0x8
#define RLAN_CTX_HSPLIT1_S		124
#define RLAN_CTX_HSPLIT1_W		2
#define RLAN_CTX_SHOWIV_S		127
#define RLAN_CTX_SHOWIV_W		1
#define RLAN_CTX_RXMAX_S		174
#define RLAN_CTX_RXMAX_W		14
#define RLAN_CTX_TPHRDESC_S		193
#define RLAN_CTX_TPHWDESC_S		194
#define RLAN_CTX_TPHDATA_S		195
#define RLAN_CTX_TPHHEAD_S		196
#define RLAN_CTX_LRXQTHRESH_S		198
#define RLAN_CTX_LRXQTHRESH_W		3
#define RLAN_CTX_PREFENA_S		201
#define RLAN_CTX_PREFENA_W		1

/* Tx queue context: 22 bytes in the 0x0C30 buffer. */
#define TLAN_CTX_SIZE			22
#define TLAN_CTX_BASE_S			0
#define TLAN_CTX_BASE_W			57
#define TLAN_CTX_PORT_NUM_S		57
#define TLAN_CTX_PORT_NUM_W		3
#define TLAN_CTX_CGD_NUM_S		60
#define TLAN_CTX_CGD_NUM_W		5
#define TLAN_CTX_PF_NUM_S		65
#define TLAN_CTX_PF_NUM_W		3
#define TLAN_CTX_VMVF_NUM_S		68
#define TLAN_CTX_VMVF_NUM_W		10
#define TLAN_CTX_VMVF_TYPE_S		78
#define TLAN_CTX_VMVF_TYPE_W		2
#define TLAN_CTX_VMVF_TYPE_VF		0
#define TLAN_CTX_VMVF_TYPE_VMQ		1
#define TLAN_CTX_VMVF_TYPE_PF		2
#define TLAN_CTX_SRC_VSI_S		80
#define TLAN_CTX_SRC_VSI_W		10
#define TLAN_CTX_QNUM_IN_FUNC_S		114
#define TLAN_CTX_QNUM_IN_FUNC_W		14
#define TLAN_CTX_QLEN_S			135
#define TLAN_CTX_QLEN_W			13
#define TLAN_CTX_TSO_ENA_S		152
#define TLAN_CTX_TSO_ENA_W		1
#define TLAN_CTX_TSO_QNUM_S		153
#define TLAN_CTX_TSO_QNUM_W		11
#define TLAN_CTX_LEGACY_INT_S		164
#define TLAN_CTX_LEGACY_INT_W		1

/** Write `w` bits of `val` at bit `s` of a context image. */
static inline void
ice_mp_ctx_set(uint8_t *ctx, unsigned int s, unsigned int w, uint64_t val)
{
	unsigned int i;

	for (i = 0; i < w; i++) {
		uint8_t bit = 1u << ((s + i) & 7);

		if ((val >> i) & 1)
			ctx[(s + i) >> 3] |= bit;
		else
			ctx[(s + i) >> 3] &= (uint8_t)~bit;
	}
}

/** Read `w` bits at bit `s` of a context image. */
static inline uint64_t
ice_mp_ctx_get(const uint8_t *ctx, unsigned int s, unsigned int w)
{
	uint64_t val = 0;
	unsigned int i;

	for (i = 0; i < w; i++)
		val |= (uint64_t)((ctx[(s + i) >> 3] >> ((s + i) & 7)) & 1) << i;
	return val;
}

/* Rx descriptors. */

/** What the driver posts, 32-byte form. */
struct ice_mp_rx_read {
	uint64_t pkt_addr;
	/** Bit 0 is where DD appears: must be 0 when posted. */
	uint64_t hdr_addr;
	uint64_t rsvd[2];
};

/** What the device writes back: flex formats RXDID 2 and 22. */
struct ice_mp_rx_flex {
	uint8_t rxdid;			/**< [5:0] */
	uint8_t mir_id_umb_cast;
	uint16_t ptype_flags0;		/**< ptype [9:0], flexi flags [15:10] */
	uint16_t pkt_len;		/**< [13:0], this descriptor's bytes */
	uint16_t hdr_len_sph_flags1;	/**< header split: ICE_MP_RX_HDR_* */
	uint16_t status_error0;		/**< ICE_MP_RX_S0_* */
	uint16_t l2tag1;
	uint32_t flex0;		/**< RXDID 2: RSS hash; 22: flow id */
	uint16_t status_error1;		/**< ICE_MP_RX_S1_* */
	uint8_t flexi_flags2;
	uint8_t ts_low;
	uint16_t l2tag2_1st;
	uint16_t l2tag2_2nd;
	uint32_t flex1;		/**< RXDID 2: flow id; 22: RSS hash */
	uint32_t ts_high;
};

/** One 32-byte Rx descriptor, as posted or as written back. */
union ice_mp_rx_desc {
	struct ice_mp_rx_read read;
	struct ice_mp_rx_flex wb;
	uint64_t qw[4];
};

static_assert(sizeof(union ice_mp_rx_desc) == 32, "Rx descriptor size");

/** Legacy: what VF drivers without flex descriptors use (VF queues). */
#define ICE_MP_RXDID_LEGACY		1
#define ICE_MP_RXDID_FLEX_NIC		2
#define ICE_MP_RXDID_COMMS_OVS		22
#define ICE_MP_RXDID_MAX		63

#define ICE_MP_RX_PTYPE_M		0x03FF
#define ICE_MP_RX_PKT_LEN_M		0x3FFF
#define ICE_MP_RX_HDR_LEN_M		0x07FF
#define ICE_MP_RX_HDR_SPLIT		0x0800

#define ICE_MP_RX_S0_DD			0x0001
#define ICE_MP_RX_S0_EOF		0x0002
#define ICE_MP_RX_S0_HBO		0x0004
/** Checksums were looked at; without it the error bits say nothing. */
#define ICE_MP_RX_S0_L3L4P		0x0008
#define ICE_MP_RX_S0_IPE		0x0010
#define ICE_MP_RX_S0_L4E		0x0020
#define ICE_MP_RX_S0_EIPE		0x0040
#define ICE_MP_RX_S0_EUDPE		0x0080
#define ICE_MP_RX_S0_LPBK		0x0100
#define ICE_MP_RX_S0_IPV6EXADD		0x0200
/** MAC error; the frame is to be dropped. */
#define ICE_MP_RX_S0_RXE		0x0400
#define ICE_MP_RX_S0_CRCP		0x0800
#define ICE_MP_RX_S0_RSS_VALID		0x1000
#define ICE_MP_RX_S0_L2TAG1P		0x2000
/** In UDP: the outer checksum was looked at. */
#define ICE_MP_RX_S1_NAT		0x0010
#define ICE_MP_RX_S1_L2TAG2P		0x0800
/** ts_low: there is a time stamp; the other bits are fractions of a ns. */
#define ICE_MP_RX_TS_VALID		0x01
/** flow id field when no flow director rule matched */
#define ICE_MP_RX_NO_FLOW_ID		0xFFFFFFFFu

/* Packet types used by the default profile. */
#define ICE_MP_PTYPE_L2			1
#define ICE_MP_PTYPE_IPV4_FRAG		22
#define ICE_MP_PTYPE_IPV4_PAY		23
#define ICE_MP_PTYPE_IPV4_UDP		24
#define ICE_MP_PTYPE_IPV4_TCP		26
#define ICE_MP_PTYPE_IPV4_SCTP		27
#define ICE_MP_PTYPE_IPV4_ICMP		28
#define ICE_MP_PTYPE_IPV6_FRAG		88
#define ICE_MP_PTYPE_IPV6_PAY		89
#define ICE_MP_PTYPE_IPV6_UDP		90
#define ICE_MP_PTYPE_IPV6_TCP		92
#define ICE_MP_PTYPE_IPV6_SCTP		93
#define ICE_MP_PTYPE_IPV6_ICMP		94
#define ICE_MP_PTYPE_COUNT		1024
/* What follows an IP header, as a distance from the first type of its group. */
#define ICE_MP_PTYPE_K_FRAG		0
#define ICE_MP_PTYPE_K_PAY		1
#define ICE_MP_PTYPE_K_UDP		2
#define ICE_MP_PTYPE_K_TCP		4
#define ICE_MP_PTYPE_K_SCTP		5
#define ICE_MP_PTYPE_K_ICMP		6
/** First type of a tunnel in IPv4, in IPv6; what is in it, by distance from
 * that: IPv4 (first of its group, IPv6 follows), or behind GRE or UDP ("NAT")
 * nothing that is known, IPv4, or a MAC header and maybe IPv4. */
#define ICE_MP_PTYPE_IPV4_TUNNEL	29
#define ICE_MP_PTYPE_IPV6_TUNNEL	95
#define ICE_MP_PTYPE_T_IP		0
#define ICE_MP_PTYPE_T_NAT		14
#define ICE_MP_PTYPE_T_NAT_IP		15
#define ICE_MP_PTYPE_T_MAC		29
#define ICE_MP_PTYPE_T_MAC_IP		30
/** From the group of an inner IPv4 to that of an inner IPv6. */
#define ICE_MP_PTYPE_T_IPV6		7

/* Tx descriptors: 16 bytes; qw0 is the address or the tunnel parameters. */
struct ice_mp_tx_desc {
	uint64_t addr;
	uint64_t qw1;
};

static_assert(sizeof(struct ice_mp_tx_desc) == 16, "Tx descriptor size");

#define ICE_MP_TXD_DTYPE_M		0xFull
#define ICE_MP_TXD_DTYPE_DATA		0x0ull
#define ICE_MP_TXD_DTYPE_CTX		0x1ull
#define ICE_MP_TXD_DTYPE_FDIR		0x8ull
/** Written back by the device into a descriptor that had RS. */
#define ICE_MP_TXD_DTYPE_DONE		0xFull
#define ICE_MP_TXD_CMD_S		4
#define ICE_MP_TXD_CMD_M		(0xFFFull << ICE_MP_TXD_CMD_S)
#define ICE_MP_TXD_CMD_EOP		0x001
#define ICE_MP_TXD_CMD_RS		0x002
#define ICE_MP_TXD_CMD_IL2TAG1		0x008
#define ICE_MP_TXD_CMD_DUMMY		0x010
#define ICE_MP_TXD_CMD_IIPT_M		0x060
#define ICE_MP_TXD_CMD_IIPT_IPV6	0x020
#define ICE_MP_TXD_CMD_IIPT_IPV4	0x040
#define ICE_MP_TXD_CMD_IIPT_IPV4_CSUM	0x060
#define ICE_MP_TXD_CMD_L4T_M		0x300
#define ICE_MP_TXD_CMD_L4T_TCP		0x100
#define ICE_MP_TXD_CMD_L4T_SCTP		0x200
#define ICE_MP_TXD_CMD_L4T_UDP		0x300
#define ICE_MP_TXD_CMD_RE		0x400
/** MACLEN in 2-byte words [6:0], IPLEN [13:7] and L4LEN [17:14] in dwords. */
#define ICE_MP_TXD_OFFSET_S		16
#define ICE_MP_TXD_MACLEN_S		16
#define ICE_MP_TXD_MACLEN_M		(0x7Full << ICE_MP_TXD_MACLEN_S)
#define ICE_MP_TXD_IPLEN_S		23
#define ICE_MP_TXD_IPLEN_M		(0x7Full << ICE_MP_TXD_IPLEN_S)
#define ICE_MP_TXD_L4LEN_S		30
#define ICE_MP_TXD_L4LEN_M		(0xFull << ICE_MP_TXD_L4LEN_S)
#define ICE_MP_TXD_BUF_SZ_S		34
#define ICE_MP_TXD_BUF_SZ_M		(0x3FFFull << ICE_MP_TXD_BUF_SZ_S)
#define ICE_MP_TXD_L2TAG1_S		48
#define ICE_MP_TXD_L2TAG1_M		(0xFFFFull << ICE_MP_TXD_L2TAG1_S)

/* Context descriptor, qword 1. */
#define ICE_MP_TXC_CMD_S		4
#define ICE_MP_TXC_CMD_M		(0x7Full << ICE_MP_TXC_CMD_S)
#define ICE_MP_TXC_CMD_TSO		0x01
#define ICE_MP_TXC_CMD_TSYN		0x02
#define ICE_MP_TXC_CMD_IL2TAG2		0x04
#define ICE_MP_TXC_CMD_OUT_VLAN		0x08
#define ICE_MP_TXC_CMD_SWTCH_M		0x30
#define ICE_MP_TXC_CMD_SWTCH_UPLINK	0x10
#define ICE_MP_TXC_CMD_SWTCH_LOCAL	0x20
#define ICE_MP_TXC_CMD_SWTCH_VSI	0x30
#define ICE_MP_TXC_TSO_LEN_S		30
#define ICE_MP_TXC_TSO_LEN_M		(0x3FFFFull << ICE_MP_TXC_TSO_LEN_S)
#define ICE_MP_TXC_MSS_S		50
#define ICE_MP_TXC_MSS_M		(0x3FFFull << ICE_MP_TXC_MSS_S)
#define ICE_MP_TXC_MSS_MIN		64
/* Context descriptor, qword 0. */
#define ICE_MP_TXC_EIPT_M		0x3ull
#define ICE_MP_TXC_EIPT_IPV6		0x1ull
#define ICE_MP_TXC_EIPT_IPV4		0x2ull
#define ICE_MP_TXC_EIPT_IPV4_CSUM	0x3ull
#define ICE_MP_TXC_EIPLEN_S		2
#define ICE_MP_TXC_EIPLEN_M		(0x7Full << ICE_MP_TXC_EIPLEN_S)
#define ICE_MP_TXC_L4TUN_S		9
#define ICE_MP_TXC_L4TUN_M		(0x3ull << ICE_MP_TXC_L4TUN_S)
#define ICE_MP_TXC_L4TUN_UDP		(0x1ull << ICE_MP_TXC_L4TUN_S)
#define ICE_MP_TXC_L4TUN_GRE		(0x2ull << ICE_MP_TXC_L4TUN_S)
#define ICE_MP_TXC_NATLEN_S		12
#define ICE_MP_TXC_NATLEN_M		(0x7Full << ICE_MP_TXC_NATLEN_S)
#define ICE_MP_TXC_L4T_CS_M		(1ull << 23)
#define ICE_MP_TXC_L2TAG2_S		32

/* RSS. */
#define ICE_MP_RSS_KEY_SIZE		52
#define ICE_MP_RSS_LUT_VSI		64
#define ICE_MP_RSS_LUT_GLOBAL		512
#define ICE_MP_RSS_LUT_PF		2048

#endif /* _ICE_MP_DESC_H_ */
