/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_CORE_PHY_H_
#define _ICE_CORE_PHY_H_

/** @file What a port's PHY can do, is told and agrees on; flow control. */

#include <stdbool.h>
#include <stdint.h>

struct ice_core;
struct icc_pkt;
struct icc_port;

/** Port options (0x06EA) a port can have. */
#define ICC_PHY_OPTIONS		5

/** A speed and what goes with it, see phy.c. */
struct icc_phy_mode {
	uint16_t gbps;
	uint16_t speed;		/* ICE_MP_AQ_SPEED_* */
	uint8_t status;		/* PORT_STATUS_SPEED_* */
	uint64_t type;		/* phy_type_low */
	uint8_t fec, fec_usual;	/* what there is, and when nobody chooses */
};

/** What the PHYs of a link agreed on. */
struct icc_phy_link {
	uint16_t gbps;
	uint8_t fec;		/* ICE_MP_AQ_LINK_FEC_* */
	bool autoneg, pause_tx, pause_rx;
};

/* phy.c */
/** The mode of a speed. */
const struct icc_phy_mode *icc_phy_mode(uint16_t gbps);
/** What a port can be limited to, the most first. @return how many */
unsigned int icc_phy_options(const struct ice_core *core, uint8_t lport,
			     uint16_t gbps[ICC_PHY_OPTIONS]);
/** PHY types and FEC (ICE_MP_AQ_FEC_*_EN) that a port has. */
uint64_t icc_phy_media(const struct ice_core *core, uint8_t lport);
uint8_t icc_phy_fec_options(const struct ice_core *core, uint8_t lport);
/** Did a driver say how it is to be? */
bool icc_phy_configured(const struct icc_port *p);
/** What this end of the link comes to. @return false: there can be no link */
bool icc_phy_resolve(const struct ice_core *core, uint8_t lport, struct icc_phy_link *out);

/* pause.c */
/** @return true: it was for the MAC and is no frame for anybody else */
bool icc_pause_rx(struct ice_core *core, uint8_t lport, const struct icc_pkt *p);
/** Quanta of PAUSE frames, and how many are left when the next is sent; quanta 0:
 * the usual ones. */
void icc_pause_set(struct icc_port *p, uint16_t quanta, uint16_t refresh);
/** A frame for the port waits for a buffer: the other side hears of it, and
 * again when it is time; it need not any more. */
void icc_pause_congested(struct ice_core *core, uint8_t lport);
void icc_pause_relieved(struct ice_core *core, uint8_t lport);

#endif /* _ICE_CORE_PHY_H_ */
