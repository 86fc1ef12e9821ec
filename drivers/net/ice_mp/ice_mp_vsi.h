/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_VSI_H_
#define _ICE_MP_VSI_H_

/**
 * @file
 * The VSI context, of a port's VSI or of a VF's. Control lock held.
 */

#include "ice_mp.h"

/** What a VSI is to do. */
struct ice_mp_vsi_conf {
	int vf;				/**< ICE_MP_NO_VF, or the VF it is of */
	uint8_t swid;
	bool loopback;			/**< reaches VSIs of the same switch */
	bool prune;			/**< receives only its VLANs */
	bool strip;			/**< VLAN tags are taken off on receive */
	bool outer_tag;			/**< it can know of service tags in front of them */
	bool qinq;			/**< and they are taken off, with the tag behind them */
	bool spoof_check;		/**< sends from its own addresses only */
	bool tx_prune;			/**< and to its own VLANs only */
	uint16_t pvid;			/**< port VLAN (with priority), 0: none */
	uint16_t q_base, nb_queues;
	uint8_t q_opt_rss;		/**< ICE_MP_VSI_RSS_LUT_*, index of a global one */
};

#define ICE_MP_NO_VF			(-1)

/** @return 0 and the hardware's number, or -errno */
int ice_mp_vsi_create(struct ice_mp_pf *pf, const struct ice_mp_vsi_conf *conf, uint16_t *vsi);
/** Put switch, VLAN and security settings in force; queues stay. */
int ice_mp_vsi_change(struct ice_mp_pf *pf, uint16_t vsi, const struct ice_mp_vsi_conf *conf);

#endif /* _ICE_MP_VSI_H_ */
