/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * What is at the front panel: port options, the LED, the module's EEPROM.
 */

#include <stdio.h>

#include "aq_priv.h"

#define LPORT_VALID	0x1

/* The port a command names, the first one when it names none. */
static bool
named_port(struct ice_core *core, uint8_t lport, uint8_t valid, uint8_t *out)
{
	*out = valid & LPORT_VALID ? lport : 0;
	return icc_aq_lport_ok(core, *out);
}

/* ---- 0x06E9 ---- */

static enum ice_mp_aq_err
port_led(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	const struct ice_mp_aqc_port_id_led *p = ICC_PARAMS(d, ice_mp_aqc_port_id_led);
	uint8_t lport;

	(void)fn; (void)buf; (void)len;
	if (!named_port(core, p->lport, p->lport_valid, &lport) ||
	    p->mode > ICE_MP_AQ_LED_BLINK)
		return ICE_MP_AQ_RC_EINVAL;
	core->port[lport].led = p->mode;
	return ICE_MP_AQ_RC_OK;
}

/* ---- 0x06EA, 0x06EB ---- */

static uint8_t
lane_speed(uint16_t gbps)
{
	switch (gbps) {
	case 100:
		return ICE_MP_AQ_PORT_OPT_100G;
	case 50:
		return ICE_MP_AQ_PORT_OPT_50G;
	case 25:
		return ICE_MP_AQ_PORT_OPT_25G;
	default:
		return ICE_MP_AQ_PORT_OPT_10G;
	}
}

static enum ice_mp_aq_err
get_port_options(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
		 uint16_t len)
{
	struct ice_mp_aqc_get_port_options *p = ICC_PARAMS(d, ice_mp_aqc_get_port_options);
	struct ice_mp_aq_port_option *o = (void *)buf;
	uint16_t gbps[ICC_PHY_OPTIONS];
	const struct icc_port *port;
	unsigned int i, n;
	uint8_t lport;

	(void)fn;
	if (!named_port(core, p->lport, p->lport_valid, &lport))
		return ICE_MP_AQ_RC_EINVAL;
	n = icc_phy_options(core, lport, gbps);
	if (n * sizeof(*o) > len)
		return ICE_MP_AQ_RC_EINVAL;
	memset(o, 0, n * sizeof(*o));
	for (i = 0; i < n; i++) {
		o[i].pmd = icc_nb_visible_ports(core);
		o[i].max_lane_speed = lane_speed(gbps[i]);
	}
	port = &core->port[lport];
	p->count = n;
	p->innermost_phy = 0;
	p->active = port->option | ICE_MP_AQ_PORT_OPT_VALID;
	p->pending = port->option_next != port->option ?
		     port->option_next | ICE_MP_AQ_PORT_OPT_VALID : 0;
	d->datalen = n * sizeof(*o);
	return ICE_MP_AQ_RC_OK;
}

/* Kept in the NVM, which the firmware reads when it starts. */
static enum ice_mp_aq_err
set_port_option(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
		uint16_t len)
{
	const struct ice_mp_aqc_set_port_option *p = ICC_PARAMS(d, ice_mp_aqc_set_port_option);
	uint16_t gbps[ICC_PHY_OPTIONS];
	uint8_t lport;

	(void)fn; (void)buf; (void)len;
	if (!named_port(core, p->lport, p->lport_valid, &lport) ||
	    p->option >= icc_phy_options(core, lport, gbps))
		return ICE_MP_AQ_RC_EINVAL;
	core->port[lport].option_next = p->option;
	return ICE_MP_AQ_RC_OK;
}

/* ---- 0x06EE: a QSFP28 copper cable (SFF-8636) ---- */

#define PAGE_SIZE	256
#define ID_QSFP28	0x11
/** Bytes of the EEPROM: lower page, then upper page 0. */
enum {
	SFF_ID = 0,
	SFF_REVISION = 1,
	SFF_STATUS = 2,
	SFF_UPPER_ID = 128,
	SFF_CONNECTOR = 130,
	SFF_COMPLIANCE = 131,
	SFF_BIT_RATE = 140,
	SFF_LENGTH_COPPER = 146,
	SFF_TECHNOLOGY = 147,
	SFF_VENDOR = 148,
	SFF_VENDOR_OUI = 165,
	SFF_PART = 168,
	SFF_PART_REVISION = 184,
	SFF_ATTENUATION = 186,
	SFF_MAX_TEMPERATURE = 190,
	SFF_CC_BASE = 191,
	SFF_LINK_CODES = 192,
	SFF_SERIAL = 196,
	SFF_DATE = 212,
	SFF_BIT_RATE_EXT = 222,
	SFF_CC_EXT = 223,
};

static uint8_t
sum(const uint8_t *e, unsigned int from, unsigned int to)
{
	uint8_t s = 0;

	while (from < to)
		s += e[from++];
	return s;
}

static void
text(uint8_t *at, size_t room, const char *s)
{
	memset(at, ' ', room);
	memcpy(at, s, strlen(s));
}

static void
module_read(const struct icc_port *p, uint8_t e[PAGE_SIZE])
{
	static const uint8_t attenuation_db[] = { 5, 7, 10, 15 };	/* at 2.5 .. 12.9 GHz */
	char serial[17];

	memset(e, 0, PAGE_SIZE);
	e[SFF_ID] = ID_QSFP28;
	e[SFF_REVISION] = 0x08;		/* SFF-8636 2.8 */
	e[SFF_STATUS] = 0x04;		/* flat: there are no more pages */
	e[SFF_UPPER_ID] = ID_QSFP28;
	e[SFF_CONNECTOR] = 0x23;	/* none that comes off */
	e[SFF_COMPLIANCE] = 0x88;	/* 40GBASE-CR4, and see the link codes */
	e[SFF_BIT_RATE] = 0xFF;		/* more than 25.4 Gb/s */
	e[SFF_LENGTH_COPPER] = 1;	/* m */
	e[SFF_TECHNOLOGY] = 0xA0;	/* copper, not equalised */
	text(&e[SFF_VENDOR], 16, "ICE_MP");
	e[SFF_VENDOR_OUI] = 0x02;
	e[SFF_VENDOR_OUI + 1] = 0x1C;
	e[SFF_VENDOR_OUI + 2] = 0xE0;
	text(&e[SFF_PART], 16, "QSFP28-CR4-1M");
	text(&e[SFF_PART_REVISION], 2, "A");
	memcpy(&e[SFF_ATTENUATION], attenuation_db, sizeof(attenuation_db));
	e[SFF_MAX_TEMPERATURE] = 70;
	e[SFF_CC_BASE] = sum(e, SFF_UPPER_ID, SFF_CC_BASE);
	e[SFF_LINK_CODES] = 0x0B;	/* 100GBASE-CR4, 25GBASE-CR CA-L */
	snprintf(serial, sizeof(serial), "MP%02X%02X%02X%02X%02X%02X", p->mac[0], p->mac[1],
		 p->mac[2], p->mac[3], p->mac[4], p->mac[5]);
	text(&e[SFF_SERIAL], 16, serial);
	text(&e[SFF_DATE], 8, "261121");
	e[SFF_BIT_RATE_EXT] = 103;	/* 25.75 Gb/s, in 250 Mb/s */
	e[SFF_CC_EXT] = sum(e, SFF_LINK_CODES, SFF_CC_EXT);
}

static enum ice_mp_aq_err
sff_eeprom(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	   uint16_t len)
{
	const struct ice_mp_aqc_sff_eeprom *p = ICC_PARAMS(d, ice_mp_aqc_sff_eeprom);
	uint8_t e[PAGE_SIZE], lport;

	(void)fn;
	if (!named_port(core, p->lport, p->lport_valid, &lport) ||
	    p->mem_addr >= PAGE_SIZE || len > PAGE_SIZE - p->mem_addr)
		return ICE_MP_AQ_RC_EINVAL;
	if (p->bus_addr & ICE_MP_AQ_SFF_WRITE)
		return ICE_MP_AQ_RC_EPERM;
	if ((p->bus_addr & ICE_MP_AQ_SFF_BUS_10BIT) ||
	    (p->bus_addr & ICE_MP_AQ_SFF_BUS_M) != ICE_MP_AQ_SFF_BUS_MODULE)
		return ICE_MP_AQ_RC_ENXIO;
	/* Whatever page is asked for: a flat one has only the first. */
	module_read(&core->port[lport], e);
	memcpy(buf, &e[p->mem_addr], len);
	d->datalen = len;
	return ICE_MP_AQ_RC_OK;
}

const struct icc_aq_cmd icc_aq_module[] = {
	{ ICE_MP_AQ_SET_PORT_ID_LED, 0, port_led },
	{ ICE_MP_AQ_GET_PORT_OPTIONS, sizeof(struct ice_mp_aq_port_option), get_port_options },
	{ ICE_MP_AQ_SET_PORT_OPTION, 0, set_port_option },
	{ ICE_MP_AQ_SFF_EEPROM, 1, sff_eeprom },
	{ 0, 0, NULL },
};
