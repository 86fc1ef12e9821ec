/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_AQCMD_H_
#define _ICE_MP_AQCMD_H_

/**
 * @file
 * AdminQ commands as typed calls. Every count, index and length of a reply
 * is checked here; what a caller gets can be used as it is. All return 0 (or
 * a count where said) or -errno as ice_mp_aq_exec(); outputs are written on
 * success only.
 */

#include "ice_mp.h"

/** What discovery learns from the capability lists. */
struct ice_mp_caps {
	uint32_t valid_functions;
	uint16_t rxqs, rxq_first;
	uint16_t txqs, txq_first;
	uint16_t vectors;
	uint16_t vsis;
	uint16_t rss_size;	/**< 0: no RSS */
	uint16_t max_frame;	/**< 0: not said */
	uint16_t vfs, vf_first;	/**< 0: none */
};

struct ice_mp_fw_ver {
	uint8_t fw_major, fw_minor, fw_patch;
	uint8_t api_major, api_minor, api_patch;
	uint32_t build;
};

/** A physical port of the switch configuration. */
struct ice_mp_sw_port {
	uint8_t lport;
	uint8_t swid;
};

int ice_mp_aqc_version(struct ice_mp_pf *pf, struct ice_mp_fw_ver *ver);
int ice_mp_aqc_driver_version(struct ice_mp_pf *pf, const char *name);
int ice_mp_aqc_clear_pf(struct ice_mp_pf *pf);
int ice_mp_aqc_caps(struct ice_mp_pf *pf, bool device, struct ice_mp_caps *caps);
/** @return number of ports written to `ports` (at most ICE_MP_MAX_PORTS) */
int ice_mp_aqc_sw_ports(struct ice_mp_pf *pf, struct ice_mp_sw_port *ports);
/** LAN addresses of ports; *valid is a bitmap by lport. */
int ice_mp_aqc_macs(struct ice_mp_pf *pf, struct rte_ether_addr macs[ICE_MP_MAX_PORTS],
		    uint8_t *valid);

int ice_mp_aqc_alloc_res(struct ice_mp_pf *pf, uint16_t type, uint16_t *index);
int ice_mp_aqc_free_res(struct ice_mp_pf *pf, uint16_t type, uint16_t index);

/** vf: the VF it is of; negative: the PF's own. */
int ice_mp_aqc_add_vsi(struct ice_mp_pf *pf, int vf, struct ice_mp_aq_vsi_ctx *ctx,
		       uint16_t *vsi);
int ice_mp_aqc_update_vsi(struct ice_mp_pf *pf, uint16_t vsi, struct ice_mp_aq_vsi_ctx *ctx);
int ice_mp_aqc_free_vsi(struct ice_mp_pf *pf, uint16_t vsi);

/** Add one lookup rule; `hdr` is the 16-byte dummy header. */
int ice_mp_aqc_add_rule(struct ice_mp_pf *pf, uint16_t type, uint16_t recipe, uint16_t src,
			uint32_t act, const uint8_t hdr[ICE_MP_AQ_SW_DUMMY_HDR_LEN],
			uint16_t *index);
int ice_mp_aqc_del_rule(struct ice_mp_pf *pf, uint16_t type, uint16_t recipe, uint16_t index);
/** Set (or clear) a prune list of one VSI. */
int ice_mp_aqc_prune_list(struct ice_mp_pf *pf, uint16_t list, uint16_t vsi, bool set);

int ice_mp_aqc_sched_res(struct ice_mp_pf *pf, struct ice_mp_aq_sched_res *res);
/** The first branch of a port's default topology. */
int ice_mp_aqc_topology(struct ice_mp_pf *pf, uint8_t lport, struct ice_mp_aq_branch *branch);
int ice_mp_aqc_add_node(struct ice_mp_pf *pf, uint32_t parent, uint32_t *teid);
int ice_mp_aqc_get_node(struct ice_mp_pf *pf, uint32_t teid, struct ice_mp_aq_elem *elem);
/** Give a node profiles of what is guaranteed and of its limit; 0: none. */
int ice_mp_aqc_node_rates(struct ice_mp_pf *pf, uint32_t teid, uint16_t cir, uint16_t eir);
/** Make a profile of a rate, which gets its id; delete the one with this id. */
int ice_mp_aqc_add_rate(struct ice_mp_pf *pf, struct ice_mp_aq_rl_profile *prof);
int ice_mp_aqc_del_rate(struct ice_mp_pf *pf, struct ice_mp_aq_rl_profile *prof);
int ice_mp_aqc_del_node(struct ice_mp_pf *pf, uint32_t parent, uint32_t teid);

int ice_mp_aqc_add_txq(struct ice_mp_pf *pf, uint32_t qgrp, uint16_t txq,
		       const uint8_t ctx[TLAN_CTX_SIZE], uint32_t *teid);
int ice_mp_aqc_del_txq(struct ice_mp_pf *pf, uint32_t qgrp, uint16_t txq);

int ice_mp_aqc_phy_caps(struct ice_mp_pf *pf, uint8_t lport, uint16_t mode,
			struct ice_mp_aq_phy_caps *caps);
int ice_mp_aqc_set_phy(struct ice_mp_pf *pf, uint8_t lport, struct ice_mp_aq_phy_cfg *cfg);
/** max_frame in bytes with FCS; pause_quanta of PAUSE frames that are sent, in
 * 512 bit times, 0: the device's default */
int ice_mp_aqc_set_mac_cfg(struct ice_mp_pf *pf, uint8_t lport, uint16_t max_frame,
			   uint16_t pause_quanta);
/** lse: ICE_MP_AQ_LSE_* */
int ice_mp_aqc_link(struct ice_mp_pf *pf, uint8_t lport, uint16_t lse,
		    struct ice_mp_aq_link *link);
int ice_mp_aqc_event_mask(struct ice_mp_pf *pf, uint8_t lport, uint16_t masked);

int ice_mp_aqc_rss_key(struct ice_mp_pf *pf, uint16_t vsi,
		       const uint8_t key[ICE_MP_RSS_KEY_SIZE]);
/** Write a 512-entry global LUT through the VSI that uses it. */
int ice_mp_aqc_rss_lut(struct ice_mp_pf *pf, uint16_t vsi, uint16_t lut,
		       const uint8_t tbl[ICE_MP_RSS_LUT_GLOBAL]);
/** Write a VSI's own table. */
int ice_mp_aqc_rss_lut_vsi(struct ice_mp_pf *pf, uint16_t vsi,
			   const uint8_t tbl[ICE_MP_RSS_LUT_VSI]);

/* ice_mp_aqcmd_module.c */
/** What a port can be limited to (0x06EA). */
struct ice_mp_port_options {
	uint8_t nb;		/**< 1..ICE_MP_AQ_PORT_OPT_MAX */
	uint8_t active;		/**< index of the one in force */
	uint8_t pending;	/**< of the one from the next EMPR on; else as active */
	struct {
		uint8_t nb_ports;	/**< of the device, then */
		uint8_t lane_speed;	/**< ICE_MP_AQ_PORT_OPT_* */
	} opt[ICE_MP_AQ_PORT_OPT_MAX];
};
int ice_mp_aqc_port_options(struct ice_mp_pf *pf, uint8_t lport,
			    struct ice_mp_port_options *out);
/** Have an option from the next EMPR on. */
int ice_mp_aqc_set_port_option(struct ice_mp_pf *pf, uint8_t lport, uint8_t option);
/** Blink, or do as usual. */
int ice_mp_aqc_led(struct ice_mp_pf *pf, uint8_t lport, bool blink);
/** Bytes of one read of a module's EEPROM. */
#define ICE_MP_AQC_SFF_MAX	16
/** Read `len` bytes (1..16) of the EEPROM of the port's module, from address
 * 0..255 of a page. -EAGAIN or -EBUSY: the module is busy, it may be tried
 * again; -ENXIO: there is none. */
int ice_mp_aqc_sff_read(struct ice_mp_pf *pf, uint8_t lport, uint8_t page, uint8_t addr,
			void *data, uint8_t len);
/** Bytes of flash, and some of them; the NVM is locked meanwhile (-EBUSY: by
 * somebody else). On an error part of `data` may have been written. */
int ice_mp_aqc_flash_size(struct ice_mp_pf *pf, uint32_t *size);
int ice_mp_aqc_flash_read(struct ice_mp_pf *pf, uint32_t offset, void *data, uint32_t len);

#endif /* _ICE_MP_AQCMD_H_ */
