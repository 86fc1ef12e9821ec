/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * What a link comes to: speed, FEC and pause of both its ends; port options,
 * LED and module.
 */

#include "ctrl_env.h"

#define CFG_FEC_AUTO	(ICE_MP_AQ_FEC_RS_EN | ICE_MP_AQ_FEC_25G_KR_EN | ICE_MP_AQ_FEC_KR_EN)
#define CFG_FEC_RS	(ICE_MP_AQ_FEC_RS_EN | ICE_MP_AQ_FEC_RS_528_REQ)
#define CFG_FEC_BASER	(ICE_MP_AQ_FEC_25G_KR_EN | ICE_MP_AQ_FEC_25G_KR_REQ)
#define ALL_TYPES	UINT64_MAX

static struct ice_mp_aq_link st;
static struct ice_mp_aq_phy_caps caps;

static void
link_of(uint8_t lport)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_LINK_STATUS);

	PARAMS(d, ice_mp_aqc_link_status)->lport = lport;
	CHECK_EQ(aq_cmd(&d, &st, sizeof(st), false), 0);
}

static void
caps_of(uint8_t lport, uint16_t mode)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_PHY_CAPS);

	PARAMS(d, ice_mp_aqc_get_phy_caps)->lport = lport;
	PARAMS(d, ice_mp_aqc_get_phy_caps)->param0 = mode;
	CHECK_EQ(aq_cmd(&d, &caps, sizeof(caps), false), 0);
}

static uint16_t
phy(uint8_t lport, uint64_t types, uint8_t more_caps, uint8_t an, uint8_t fec)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_SET_PHY_CFG);
	struct ice_mp_aq_phy_cfg c = {
		.phy_type_low = types,
		.caps = ICE_MP_AQ_PHY_EN_LINK | more_caps,
		.low_power_an = an,
		.fec = fec,
	};

	PARAMS(d, ice_mp_aqc_set_phy_cfg)->lport = lport;
	return aq_cmd(&d, &c, sizeof(c), true);
}

/* Ports 0 and 1 on a wire. */
static void
wired(void)
{
	ctl_open(2);
	if (ice_core_wire(E.core, 0, 1) != 0)
		test_fail(__FILE__, __LINE__, "wire");
}

TEST(speeds)
{
	static const struct {
		uint64_t type;
		uint16_t speed;
		uint32_t status;
	} modes[] = {
		{ ICE_MP_PHY_LOW_10G_SFI_DA, ICE_MP_AQ_SPEED_10GB, PORT_STATUS_SPEED_10G },
		{ ICE_MP_PHY_LOW_25G_CR, ICE_MP_AQ_SPEED_25GB, PORT_STATUS_SPEED_25G },
		{ ICE_MP_PHY_LOW_40G_CR4, ICE_MP_AQ_SPEED_40GB, PORT_STATUS_SPEED_40G },
		{ ICE_MP_PHY_LOW_50G_CR2, ICE_MP_AQ_SPEED_50GB, PORT_STATUS_SPEED_50G },
		{ ICE_MP_PHY_LOW_100G_CR4, ICE_MP_AQ_SPEED_100GB, PORT_STATUS_SPEED_100G },
	};
	unsigned int i;

	ctl_open(2);
	DO(caps_of(1, ICE_MP_AQ_PHY_REPORT_MEDIA));
	for (i = 0; i < 5; i++) {
		CHECK(caps.phy_type_low & modes[i].type);
		CHECK_EQ(phy(1, modes[i].type, 0, 0, 0), 0);
		DO(link_of(1));
		CHECK_EQ(st.speed, modes[i].speed);
		CHECK_EQ(st.phy_type_low, modes[i].type);
		CHECK_EQ((rd32(PORT_STATUS(1)) & PORT_STATUS_SPEED_M) >> PORT_STATUS_SPEED_S,
			 modes[i].status);
		/* The fastest of those that are allowed. */
		CHECK_EQ(phy(1, modes[0].type | modes[i].type, 0, ICE_MP_AQ_PHY_AN_CL73, 0), 0);
		DO(link_of(1));
		CHECK_EQ(st.speed, modes[i].speed);
		DO(link_of(0));
		CHECK_EQ(st.speed, ICE_MP_AQ_SPEED_100GB);
	}
	/* A reset of the function is none of the PHY's; one of the core is. */
	CHECK_EQ(phy(1, modes[1].type, 0, 0, 0), 0);
	env_pfr();
	aq_up();
	DO(link_of(1));
	CHECK_EQ(st.speed, ICE_MP_AQ_SPEED_25GB);
	ice_core_reset(E.core, ICE_CORE_RESET_CORER);
	env_advance(1000000000);
	wr32(MP_ENABLE, MP_ENABLE_M);
	aq_up();
	DO(link_of(1));
	CHECK_EQ(st.speed, ICE_MP_AQ_SPEED_100GB);
}

TEST(both_ends_have_one_speed)
{
	wired();
	CHECK_EQ(phy(0, ICE_MP_PHY_LOW_25G_CR | ICE_MP_PHY_LOW_10G_SFI_DA, 0,
		     ICE_MP_AQ_PHY_AN_CL73, 0), 0);
	DO(link_of(1));
	CHECK_EQ(st.speed, ICE_MP_AQ_SPEED_25GB);
	CHECK_EQ(phy(1, ICE_MP_PHY_LOW_100G_CR4 | ICE_MP_PHY_LOW_10G_SFI_DA, 0,
		     ICE_MP_AQ_PHY_AN_CL73, 0), 0);
	DO(link_of(0));
	CHECK_EQ(st.speed, ICE_MP_AQ_SPEED_10GB);
	CHECK_EQ(phy(1, ICE_MP_PHY_LOW_100G_CR4, 0, 0, 0), 0);
	DO(link_of(0));
	CHECK_EQ(st.link_info, ICE_MP_AQ_LINK_MEDIA);
	DO(link_of(1));
	CHECK_EQ(st.link_info, ICE_MP_AQ_LINK_MEDIA);
	CHECK_EQ(phy(0, ALL_TYPES, 0, ICE_MP_AQ_PHY_AN_CL73, 0), 0);
	DO(link_of(1));
	CHECK_EQ(st.speed, ICE_MP_AQ_SPEED_100GB);
}

/* A change that leaves the link up is told all the same, at both ends. */
TEST(changes_are_told)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_LINK_STATUS);
	unsigned int i, seen = 0;

	wired();
	for (i = 0; i < 2; i++) {
		PARAMS(d, ice_mp_aqc_link_status)->lport = i;
		PARAMS(d, ice_mp_aqc_link_status)->flags = ICE_MP_AQ_LSE_ENA;
		CHECK_EQ(aq_cmd(&d, &st, sizeof(st), false), 0);
		d = aq_desc(ICE_MP_AQ_GET_LINK_STATUS);
	}
	CHECK_EQ(phy(0, ICE_MP_PHY_LOW_25G_CR, 0, ICE_MP_AQ_PHY_AN_CL73, 0), 0);
	while (arq_event(&d, &st, sizeof(st))) {
		seen |= 1u << PARAMS(d, ice_mp_aqc_link_status)->lport;
		CHECK_EQ(st.speed, ICE_MP_AQ_SPEED_25GB);
	}
	CHECK_EQ(seen, 3);
	/* The same again is no news. */
	CHECK_EQ(phy(0, ICE_MP_PHY_LOW_25G_CR, 0, ICE_MP_AQ_PHY_AN_CL73, 0), 0);
	CHECK(!arq_event(&d, &st, sizeof(st)));
}

static void
expect_fec(uint8_t lport, uint8_t cfg)
{
	link_of(lport);
	CHECK(st.link_info & ICE_MP_AQ_LINK_UP);
	CHECK_EQ(st.cfg & ICE_MP_AQ_LINK_FEC_M, cfg);
	CHECK_EQ(!!(st.an_info & ICE_MP_AQ_AN_FEC), cfg != 0);
}

TEST(fec)
{
	wired();
	DO(caps_of(0, ICE_MP_AQ_PHY_REPORT_MEDIA));
	CHECK_EQ(caps.fec_options, CFG_FEC_AUTO);
	CHECK(caps.caps & ICE_MP_AQ_PHY_AUTO_FEC);
	DO(expect_fec(0, ICE_MP_AQ_LINK_FEC_RS_528));
	/* One end insists, the other follows. */
	CHECK_EQ(phy(0, ICE_MP_PHY_LOW_25G_CR, 0, 0, CFG_FEC_BASER), 0);
	DO(expect_fec(0, ICE_MP_AQ_LINK_FEC_BASER));
	DO(expect_fec(1, ICE_MP_AQ_LINK_FEC_BASER));
	CHECK_EQ(phy(0, ICE_MP_PHY_LOW_25G_CR, 0, 0, 0), 0);
	DO(expect_fec(1, 0));
	CHECK_EQ(phy(0, ICE_MP_PHY_LOW_25G_CR, 0, 0, CFG_FEC_RS), 0);
	DO(expect_fec(1, ICE_MP_AQ_LINK_FEC_RS_528));
	/* Both insist, on different ones. */
	CHECK_EQ(phy(1, ICE_MP_PHY_LOW_25G_CR, 0, 0, CFG_FEC_BASER), 0);
	DO(link_of(0));
	CHECK_EQ(st.link_info, ICE_MP_AQ_LINK_MEDIA);
	CHECK_EQ(phy(1, ICE_MP_PHY_LOW_25G_CR, 0, 0, 0), 0);
	DO(link_of(0));
	CHECK_EQ(st.link_info, ICE_MP_AQ_LINK_MEDIA);
	/* One that would rather have RS takes none, too. */
	CHECK_EQ(phy(0, ICE_MP_PHY_LOW_25G_CR, ICE_MP_AQ_PHY_AUTO_FEC, 0, CFG_FEC_RS), 0);
	DO(expect_fec(0, 0));
	/* There is no BASE-R at 100G, and nobody needs FEC at 10G. */
	CHECK_EQ(phy(0, ALL_TYPES, ICE_MP_AQ_PHY_AUTO_FEC, 0, CFG_FEC_BASER), 0);
	CHECK_EQ(phy(1, ALL_TYPES, ICE_MP_AQ_PHY_AUTO_FEC, 0, CFG_FEC_AUTO), 0);
	DO(expect_fec(0, 0));
	CHECK_EQ(phy(0, ICE_MP_PHY_LOW_10G_SFI_DA, ICE_MP_AQ_PHY_AUTO_FEC, 0, CFG_FEC_AUTO), 0);
	DO(expect_fec(0, 0));
	CHECK_EQ(phy(0, ICE_MP_PHY_LOW_10G_SFI_DA, 0, 0, CFG_FEC_BASER), 0);
	DO(expect_fec(0, ICE_MP_AQ_LINK_FEC_BASER));
	DO(caps_of(0, ICE_MP_AQ_PHY_REPORT_ACTIVE));
	CHECK_EQ(caps.fec_options, CFG_FEC_BASER);
	CHECK_EQ(caps.phy_type_low, ICE_MP_PHY_LOW_10G_SFI_DA);
}

#define TX	ICE_MP_AQ_PHY_TX_PAUSE
#define RX	ICE_MP_AQ_PHY_RX_PAUSE
#define AN	ICE_MP_AQ_PHY_AN_CL73

static void
expect_pause(uint8_t lport, uint8_t pause, bool an)
{
	link_of(lport);
	CHECK_EQ(!!(st.an_info & ICE_MP_AQ_AN_TX_PAUSE), !!(pause & TX));
	CHECK_EQ(!!(st.an_info & ICE_MP_AQ_AN_RX_PAUSE), !!(pause & RX));
	CHECK_EQ(!!(st.an_info & ICE_MP_AQ_AN_COMPLETED), an);
}

TEST(pause_is_negotiated)
{
	wired();
	DO(expect_pause(0, 0, true));
	CHECK_EQ(phy(0, ALL_TYPES, TX | RX, AN, CFG_FEC_AUTO), 0);
	/* The other end does not want it. */
	DO(expect_pause(0, 0, true));
	CHECK_EQ(phy(1, ALL_TYPES, RX, AN, CFG_FEC_AUTO), 0);
	DO(expect_pause(0, TX, true));
	DO(expect_pause(1, RX, true));
	CHECK_EQ(phy(1, ALL_TYPES, TX | RX, AN, CFG_FEC_AUTO), 0);
	DO(expect_pause(0, TX | RX, true));
	/* One that does not negotiate does as it was told, and nobody knows. */
	CHECK_EQ(phy(1, ICE_MP_PHY_LOW_100G_CR4, TX | RX, 0, CFG_FEC_AUTO), 0);
	DO(expect_pause(1, TX | RX, false));
	DO(expect_pause(0, 0, true));
}

TEST(pause_with_the_world)
{
	ctl_open(2);
	CHECK_EQ(phy(1, ALL_TYPES, TX, AN, CFG_FEC_AUTO), 0);
	DO(expect_pause(1, TX, true));
	DO(expect_pause(0, 0, true));
	ice_core_set_backend(E.core, 1, true, false);
	DO(link_of(1));
	CHECK_EQ(st.an_info, 0);
}

/* ---- port options ---- */

static unsigned int nb_options, active, pending;
static struct ice_mp_aq_port_option options[16];

static void
options_of(uint8_t lport)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_PORT_OPTIONS);
	struct ice_mp_aqc_get_port_options *p = PARAMS(d, ice_mp_aqc_get_port_options);

	p->lport = lport;
	p->lport_valid = 1;
	CHECK_EQ(aq_cmd(&d, options, sizeof(options), false), 0);
	nb_options = p->count & ICE_MP_AQ_PORT_OPT_COUNT_M;
	active = p->active;
	pending = p->pending;
	CHECK_EQ(d.datalen, nb_options * sizeof(options[0]));
}

static uint16_t
choose(uint8_t lport, uint8_t option)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_SET_PORT_OPTION);

	PARAMS(d, ice_mp_aqc_set_port_option)->lport = lport;
	PARAMS(d, ice_mp_aqc_set_port_option)->lport_valid = 1;
	PARAMS(d, ice_mp_aqc_set_port_option)->option = option;
	return aq_cmd(&d, NULL, 0, false);
}

TEST(port_options)
{
	ctl_open(2);
	DO(options_of(1));
	CHECK_EQ(nb_options, 4);
	CHECK_EQ(options[0].max_lane_speed, ICE_MP_AQ_PORT_OPT_100G);
	CHECK_EQ(options[2].max_lane_speed, ICE_MP_AQ_PORT_OPT_25G);
	CHECK_EQ(options[2].pmd, 2);
	CHECK_EQ(active, ICE_MP_AQ_PORT_OPT_VALID);
	CHECK_EQ(pending, 0);
	CHECK_EQ(choose(1, 4), ICE_MP_AQ_RC_EINVAL);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(choose(2, 0), ICE_MP_AQ_RC_EINVAL));
	CHECK_EQ(choose(1, 2), 0);
	DO(options_of(1));
	CHECK_EQ(active, ICE_MP_AQ_PORT_OPT_VALID);
	CHECK_EQ(pending, ICE_MP_AQ_PORT_OPT_VALID | 2);
	/* Only the firmware's own reset reads the NVM. */
	ice_core_reset(E.core, ICE_CORE_RESET_GLOBR);
	env_advance(1000000000);
	wr32(MP_ENABLE, MP_ENABLE_M);
	aq_up();
	DO(link_of(1));
	CHECK_EQ(st.speed, ICE_MP_AQ_SPEED_100GB);
	ice_core_reset(E.core, ICE_CORE_RESET_EMPR);
	env_advance(1000000000);
	wr32(MP_ENABLE, MP_ENABLE_M);
	aq_up();
	DO(options_of(1));
	CHECK_EQ(active, ICE_MP_AQ_PORT_OPT_VALID | 2);
	CHECK_EQ(pending, 0);
	DO(link_of(1));
	CHECK_EQ(st.speed, ICE_MP_AQ_SPEED_25GB);
	DO(caps_of(1, ICE_MP_AQ_PHY_REPORT_MEDIA));
	CHECK_EQ(caps.phy_type_low, ICE_MP_PHY_LOW_25G_CR | ICE_MP_PHY_LOW_10G_SFI_DA);
	CHECK_EQ(phy(1, ICE_MP_PHY_LOW_100G_CR4, 0, 0, 0), ICE_MP_AQ_RC_EINVAL);
	DO(link_of(0));
	CHECK_EQ(st.speed, ICE_MP_AQ_SPEED_100GB);
}

/* ---- LED, module ---- */

static uint16_t
led(uint8_t lport, uint8_t valid, uint8_t mode)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_SET_PORT_ID_LED);

	PARAMS(d, ice_mp_aqc_port_id_led)->lport = lport;
	PARAMS(d, ice_mp_aqc_port_id_led)->lport_valid = valid;
	PARAMS(d, ice_mp_aqc_port_id_led)->mode = mode;
	return aq_cmd(&d, NULL, 0, false);
}

TEST(led_of_each_port)
{
	ctl_open(3);
	CHECK_EQ(led(1, 1, ICE_MP_AQ_LED_BLINK), 0);
	CHECK_EQ(E.core->port[0].led, 0);
	CHECK_EQ(E.core->port[1].led, 1);
	CHECK_EQ(E.core->port[2].led, 0);
	CHECK_EQ(led(1, 1, 2), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(led(1, 1, ICE_MP_AQ_LED_ORIG), 0);
	CHECK_EQ(E.core->port[1].led, 0);
	/* Who names none has one port only. */
	CHECK_EQ(led(1, 0, ICE_MP_AQ_LED_BLINK), 0);
	CHECK_EQ(E.core->port[0].led, 1);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(led(3, 1, 1), ICE_MP_AQ_RC_EINVAL));
}

static uint16_t
sff(uint8_t lport, uint16_t bus, uint16_t addr, uint8_t *buf, uint16_t len)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_SFF_EEPROM);
	struct ice_mp_aqc_sff_eeprom *p = PARAMS(d, ice_mp_aqc_sff_eeprom);

	p->lport = lport;
	p->lport_valid = 1;
	p->bus_addr = bus;
	p->mem_addr = addr;
	return aq_cmd(&d, buf, len, true);
}

TEST(module)
{
	const uint16_t bus = ICE_MP_AQ_SFF_BUS_MODULE;
	uint8_t e[256], other[256], sum, small[16] = { 0 };
	unsigned int i;

	ctl_open(2);
	memset(e, 0, sizeof(e));
	for (i = 0; i < 256; i += 16)
		CHECK_EQ(sff(0, bus, i, e + i, 16), 0);
	CHECK_EQ(e[0], 0x11);
	for (sum = 0, i = 128; i < 191; i++)
		sum += e[i];
	CHECK_EQ(e[191], sum);
	for (sum = 0, i = 192; i < 223; i++)
		sum += e[i];
	CHECK_EQ(e[223], sum);
	CHECK(memcmp(e + 148, "ICE_MP          ", 16) == 0);
	/* Another port has another cable of the same make. */
	for (i = 0; i < 256; i += 8)
		CHECK_EQ(sff(1, bus, i, other + i, 8), 0);
	CHECK(memcmp(e, other, 191) == 0);
	CHECK(memcmp(e + 196, other + 196, 16) != 0);
	CHECK_EQ(sff(0, bus, 250, small, 8), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(sff(0, bus, 256, small, 1), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(sff(0, 0x51, 0, small, 8), ICE_MP_AQ_RC_ENXIO);
	CHECK_EQ(sff(0, bus | ICE_MP_AQ_SFF_WRITE, 0, small, 8), ICE_MP_AQ_RC_EPERM);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(sff(2, bus, 0, small, 8), ICE_MP_AQ_RC_EINVAL));
}

HARNESS_MAIN
