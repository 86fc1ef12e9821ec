/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <assert.h>

#include <rte_ether.h>
#include <rte_mbuf.h>

#include "ice_mp_desc.h"
#include "ice_mp_vec_const.h"

/* Byte shuffle: zero. */
#define ZERO	255

/* Status bits that a frame of one buffer must and must not have. */
#define RX_MUST		(ICE_MP_RX_S0_DD | ICE_MP_RX_S0_EOF)
#define RX_LOOK		(RX_MUST | ICE_MP_RX_S0_RXE)

#define RX_CK(ip, l4)	((RTE_MBUF_F_RX_IP_CKSUM_##ip | RTE_MBUF_F_RX_L4_CKSUM_##l4) >> 1)
#define RX_OUT(ip, l4)	(RX_CK(ip, l4) | RTE_MBUF_F_RX_OUTER_IP_CKSUM_BAD >> 1)
#define RX_VLAN		(RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED)
static_assert(ICE_MP_RX_S0_L3L4P == 1 << 3 && ICE_MP_RX_S0_IPE == 1 << 4 &&
	      ICE_MP_RX_S0_L4E == 1 << 5 && ICE_MP_RX_S0_EIPE == 1 << 6 &&
	      ICE_MP_RX_S0_RSS_VALID == 1 << 12 && ICE_MP_RX_S0_L2TAG1P == 1 << 13 &&
	      RX_OUT(GOOD, GOOD) < 256 && RX_OUT(BAD, BAD) < 256, "the tables of flags");

#define TX_EOP	(ICE_MP_TXD_DTYPE_DATA | ICE_MP_TXD_CMD_EOP << ICE_MP_TXD_CMD_S)

const struct ice_mp_vec_const ice_mp_vec_const = {
	.rx_look = { UINT16_MAX, RX_LOOK, UINT16_MAX, RX_LOOK },
	.rx_must = { 1, RX_MUST, 1, RX_MUST },
	.rx_fields = { ZERO, ZERO, ZERO, ZERO, 4, 5, ZERO, ZERO,
		       4, 5, 10, 11, 12, 13, 14, 15 },
	.rx_ck = { 0, RX_CK(GOOD, GOOD), 0, RX_CK(BAD, GOOD),
		   0, RX_CK(GOOD, BAD), 0, RX_CK(BAD, BAD),
		   0, RX_OUT(GOOD, GOOD), 0, RX_OUT(BAD, GOOD),
		   0, RX_OUT(GOOD, BAD), 0, RX_OUT(BAD, BAD) },
	.rx_rest = { 0, RTE_MBUF_F_RX_RSS_HASH, RX_VLAN, RTE_MBUF_F_RX_RSS_HASH | RX_VLAN },
	.rx_ck_bits = { 15, 15, 15, 15 },
	.rx_rest_bits = { 3, 3, 3, 3 },
	.tx_look = { UINT16_MAX, UINT16_MAX, UINT16_MAX, UINT16_MAX },
	.tx_min = { RTE_ETHER_HDR_LEN, RTE_ETHER_HDR_LEN, 1, 1 },
	.tx_eop = { TX_EOP, TX_EOP, TX_EOP, TX_EOP },
	.tx_data_off = { 0, 1, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO,
			 4, 5, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO },
};
