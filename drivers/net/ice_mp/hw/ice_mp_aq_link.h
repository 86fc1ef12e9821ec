/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_AQ_LINK_H_
#define _ICE_MP_AQ_LINK_H_

/**
 * @file
 * AdminQ commands of link, PHY, MAC, port options and modules: 0x0600 to 0x06EE.
 * Part of ice_mp_aq.h.
 */

#include <assert.h>
#include <stdint.h>

/* 0x0600 */
struct ice_mp_aqc_get_phy_caps {
	uint8_t lport;
	uint8_t rsvd;
	uint16_t param0;
	uint32_t rsvd1;
	uint32_t addr_high, addr_low;
};
#define ICE_MP_AQ_PHY_REPORT_QUAL_MODS	0x1
#define ICE_MP_AQ_PHY_REPORT_MODE_M	0xE
#define ICE_MP_AQ_PHY_REPORT_NO_MEDIA	0x0
#define ICE_MP_AQ_PHY_REPORT_MEDIA	0x2
#define ICE_MP_AQ_PHY_REPORT_ACTIVE	0x4
#define ICE_MP_AQ_PHY_REPORT_DFLT	0x8

struct ice_mp_aq_phy_caps {
	uint64_t phy_type_low;
	uint64_t phy_type_high;
	uint8_t caps;
	uint8_t low_power_an;
	uint16_t eee_cap;
	uint16_t eeer;
	uint8_t phy_id_oui[4];
	uint8_t phy_fw_ver[8];
	uint8_t fec_options;
	uint8_t module_enforce;
	uint8_t ext_compliance;
	uint8_t module_type[3];
	uint8_t qual_count;
	uint8_t rsvd[7];
	uint8_t modules[16][32];
};
static_assert(sizeof(struct ice_mp_aq_phy_caps) == 560, "PHY caps size");
#define ICE_MP_AQ_PHY_TX_PAUSE		0x01
#define ICE_MP_AQ_PHY_RX_PAUSE		0x02
#define ICE_MP_AQ_PHY_LOW_POWER		0x04
#define ICE_MP_AQ_PHY_EN_LINK		0x08
#define ICE_MP_AQ_PHY_AN_MODE		0x10
#define ICE_MP_AQ_PHY_AUTO_LINK_UPDT	0x20
#define ICE_MP_AQ_PHY_AUTO_FEC		0x80
/* low_power_an: autonegotiation, by clause of IEEE 802.3 */
#define ICE_MP_AQ_PHY_AN_CL28		0x02
#define ICE_MP_AQ_PHY_AN_CL73		0x04
#define ICE_MP_AQ_PHY_AN_CL37		0x08
#define ICE_MP_AQ_PHY_AN_M		0x0E
/* fec_options, fec: what it can do, and what is asked for */
#define ICE_MP_AQ_FEC_KR_EN		0x01	/**< BASE-R, 10G and 40G */
#define ICE_MP_AQ_FEC_KR_REQ		0x02
#define ICE_MP_AQ_FEC_RS_528_REQ	0x04
#define ICE_MP_AQ_FEC_25G_KR_REQ	0x08
#define ICE_MP_AQ_FEC_RS_544_REQ	0x10
#define ICE_MP_AQ_FEC_DIS		0x20
#define ICE_MP_AQ_FEC_RS_EN		0x40	/**< 25G to 100G */
#define ICE_MP_AQ_FEC_25G_KR_EN		0x80
#define ICE_MP_AQ_FEC_BASER_M		(ICE_MP_AQ_FEC_KR_EN | ICE_MP_AQ_FEC_KR_REQ | \
					 ICE_MP_AQ_FEC_25G_KR_EN | ICE_MP_AQ_FEC_25G_KR_REQ)
#define ICE_MP_AQ_FEC_RS_M		(ICE_MP_AQ_FEC_RS_EN | ICE_MP_AQ_FEC_RS_528_REQ | \
					 ICE_MP_AQ_FEC_RS_544_REQ)

/* 0x0601 */
struct ice_mp_aqc_set_phy_cfg {
	uint8_t lport;
	uint8_t rsvd[7];
	uint32_t addr_high, addr_low;
};

struct ice_mp_aq_phy_cfg {
	uint64_t phy_type_low;
	uint64_t phy_type_high;
	uint8_t caps;			/**< ICE_MP_AQ_PHY_* */
	uint8_t low_power_an;
	uint16_t eee_cap;
	uint16_t eeer;
	uint8_t fec;
	uint8_t module_enforce;
};
static_assert(sizeof(struct ice_mp_aq_phy_cfg) == 24, "PHY config size");

/* 0x0603 */
struct ice_mp_aqc_set_mac_cfg {
	uint16_t max_frame;		/**< bytes, with FCS */
	uint8_t params;
	uint8_t tx_priority;
	uint16_t tx_timer;		/**< PAUSE frames: quanta of 512 bit times */
	uint16_t fc_refresh;		/**< quanta left when the next one is sent */
	uint8_t drop_opts;
	uint8_t rsvd[6];
	uint8_t lport;			/**< OURS, see ice_mp_ext.h */
};

/* 0x0605 */
struct ice_mp_aqc_restart_an {
	uint8_t lport;
	uint8_t rsvd;
	uint8_t flags;
	uint8_t rsvd1[13];
};
#define ICE_MP_AQ_RESTART_AN_RESTART	0x02
#define ICE_MP_AQ_RESTART_AN_ENABLE	0x04

/* 0x0607: command and ARQ event */
struct ice_mp_aqc_link_status {
	uint8_t lport;
	uint8_t rsvd;
	uint16_t flags;
	uint32_t rsvd1;
	uint32_t addr_high, addr_low;
};
#define ICE_MP_AQ_LSE_M			0x3
#define ICE_MP_AQ_LSE_NOP		0x0
#define ICE_MP_AQ_LSE_DIS		0x2
#define ICE_MP_AQ_LSE_ENA		0x3
#define ICE_MP_AQ_LSE_IS_ENABLED	0x1

struct ice_mp_aq_link {
	uint8_t topo_conflict;
	uint8_t link_cfg_err;
	uint8_t link_info;
	uint8_t an_info;
	uint8_t ext_info;
	uint8_t lb_status;
	uint16_t max_frame;
	uint8_t cfg;
	uint8_t power;
	uint16_t speed;			/**< ICE_MP_AQ_SPEED_* */
	uint32_t rsvd;
	uint64_t phy_type_low;
	uint64_t phy_type_high;
};
static_assert(sizeof(struct ice_mp_aq_link) == 32, "link status size");
#define ICE_MP_AQ_LINK_UP		0x01
#define ICE_MP_AQ_LINK_FAULT		0x02
#define ICE_MP_AQ_LINK_MEDIA		0x40
#define ICE_MP_AQ_LINK_SIGNAL		0x80
#define ICE_MP_AQ_AN_COMPLETED		0x01
#define ICE_MP_AQ_AN_FEC		0x08
#define ICE_MP_AQ_AN_TX_PAUSE		0x20
#define ICE_MP_AQ_AN_RX_PAUSE		0x40
#define ICE_MP_AQ_AN_QUALIFIED		0x80
/* cfg: the FEC in force */
#define ICE_MP_AQ_LINK_FEC_BASER	0x01
#define ICE_MP_AQ_LINK_FEC_RS_528	0x02
#define ICE_MP_AQ_LINK_FEC_RS_544	0x04
#define ICE_MP_AQ_LINK_FEC_M		0x07
#define ICE_MP_AQ_SPEED_10MB		0x0001
#define ICE_MP_AQ_SPEED_100MB		0x0002
#define ICE_MP_AQ_SPEED_1GB		0x0004
#define ICE_MP_AQ_SPEED_2500MB		0x0008
#define ICE_MP_AQ_SPEED_5GB		0x0010
#define ICE_MP_AQ_SPEED_10GB		0x0020
#define ICE_MP_AQ_SPEED_20GB		0x0040
#define ICE_MP_AQ_SPEED_25GB		0x0080
#define ICE_MP_AQ_SPEED_40GB		0x0100
#define ICE_MP_AQ_SPEED_50GB		0x0200
#define ICE_MP_AQ_SPEED_100GB		0x0400
/* One PHY type per speed, those of a copper cable. */
#define ICE_MP_PHY_LOW_10G_SFI_DA	(1ull << 13)
#define ICE_MP_PHY_LOW_25G_CR		(1ull << 20)
#define ICE_MP_PHY_LOW_40G_CR4		(1ull << 30)
#define ICE_MP_PHY_LOW_50G_CR2		(1ull << 36)
#define ICE_MP_PHY_LOW_100G_CR4		(1ull << 51)

/* 0x0613 */
struct ice_mp_aqc_set_event_mask {
	uint8_t lport;
	uint8_t rsvd[7];
	uint16_t mask;			/**< set bit: event masked */
	uint8_t rsvd1[6];
};
#define ICE_MP_AQ_EVENT_UPDOWN		0x0002
#define ICE_MP_AQ_EVENT_MEDIA_NA	0x0004
#define ICE_MP_AQ_EVENT_FAULT		0x0008

/* 0x06E9 */
struct ice_mp_aqc_port_id_led {
	uint8_t lport;
	uint8_t lport_valid;
	uint8_t mode;			/**< ICE_MP_AQ_LED_* */
	uint8_t rsvd[13];
};
#define ICE_MP_AQ_LED_ORIG		0
#define ICE_MP_AQ_LED_BLINK		1

/* 0x06EA */
struct ice_mp_aqc_get_port_options {
	uint8_t lport;
	uint8_t lport_valid;
	uint8_t count;
	uint8_t innermost_phy;
	uint8_t active;
	uint8_t pending;
	uint8_t rsvd[2];
	uint32_t addr_high, addr_low;
};
#define ICE_MP_AQ_PORT_OPT_VALID	0x80
#define ICE_MP_AQ_PORT_OPT_COUNT_M	0x0F
#define ICE_MP_AQ_PORT_OPT_MAX		16
struct ice_mp_aq_port_option {
	uint8_t pmd;			/**< number of ports [3:0] */
	uint8_t max_lane_speed;
	uint8_t rsvd[6];
};
#define ICE_MP_AQ_PORT_OPT_10G		4
#define ICE_MP_AQ_PORT_OPT_25G		5
#define ICE_MP_AQ_PORT_OPT_50G		6
#define ICE_MP_AQ_PORT_OPT_100G		7

/* 0x06EB */
struct ice_mp_aqc_set_port_option {
	uint8_t lport;
	uint8_t lport_valid;
	uint8_t option;			/**< index in the list of 0x06EA */
	uint8_t rsvd[13];
};

/* 0x06EE: the EEPROM of a port's module */
struct ice_mp_aqc_sff_eeprom {
	uint8_t lport;
	uint8_t lport_valid;		/**< 0: the function's first port */
	uint16_t bus_addr;		/**< of the I2C device, 7 bits, and flags */
	uint16_t mem_addr;		/**< 0..255 */
	uint16_t page;			/**< in the upper byte */
	uint32_t addr_high, addr_low;
};
#define ICE_MP_AQ_SFF_BUS_M		0x007F
#define ICE_MP_AQ_SFF_BUS_10BIT		0x0400
#define ICE_MP_AQ_SFF_SET_PAGE_S	11
#define ICE_MP_AQ_SFF_SET_PAGE_M	0x1800
#define ICE_MP_AQ_SFF_WRITE		0x8000
#define ICE_MP_AQ_SFF_PAGE_S		8
/** Where modules answer: 0xA0 with the direction bit. */
#define ICE_MP_AQ_SFF_BUS_MODULE	0x50

#endif /* _ICE_MP_AQ_LINK_H_ */
