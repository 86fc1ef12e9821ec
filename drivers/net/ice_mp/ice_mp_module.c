/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/** @file LED, EEPROMs and registers: what administrators look at. */

#include <errno.h>
#include <string.h>

#include <rte_cycles.h>

#include "ice_mp_aqcmd.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"

/* ---- LED ---- */

int
ice_mp_dev_led_on(struct rte_eth_dev *dev)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);

	return ice_mp_aqc_led(port->pf, port->lport, true);
}

int
ice_mp_dev_led_off(struct rte_eth_dev *dev)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);

	return ice_mp_aqc_led(port->pf, port->lport, false);
}

/* ---- EEPROM: the flash, which the ports share ---- */

int
ice_mp_get_eeprom_length(struct rte_eth_dev *dev)
{
	struct ice_mp_pf *pf = ice_mp_dev_port(dev)->pf;
	int rc;

	/* Its size does not change, unlike what is in it. */
	if (pf->flash_size == 0) {
		rc = ice_mp_aqc_flash_size(pf, &pf->flash_size);
		if (rc != 0)
			return rc;
	}
	return (int)pf->flash_size;
}

int
ice_mp_get_eeprom(struct rte_eth_dev *dev, struct rte_dev_eeprom_info *info)
{
	struct ice_mp_pf *pf = ice_mp_dev_port(dev)->pf;
	int size = ice_mp_get_eeprom_length(dev);

	if (size < 0)
		return size;
	if (info->data == NULL || info->length == 0 || info->offset > (uint32_t)size ||
	    info->length > (uint32_t)size - info->offset)
		return -EINVAL;
	info->magic = ICE_MP_PCI_VENDOR | (uint32_t)ICE_MP_PCI_DEVICE << 16;
	return ice_mp_aqc_flash_read(pf, info->offset, info->data, info->length);
}

/* ---- the module's EEPROM ---- */

/** First byte: what it is (SFF-8024). */
#define SFF_ID_SFP		0x03
#define SFF_ID_QSFP		0x0C
#define SFF_ID_QSFP_PLUS	0x0D
#define SFF_ID_QSFP28		0x11
/* QSFP (SFF-8636) */
#define SFF_REVISION		1
#define SFF_REVISION_8636	3	/* lower ones are of SFF-8436 */
#define SFF_STATUS		2
#define SFF_STATUS_FLAT		0x04	/* there is one upper page */
#define SFF_HALF		128	/* bytes of a page */
/** Reads that may fail because the module is busy, and what is between them. */
#define SFF_TRIES		4
#define SFF_WAIT_US		2000
#define SFF_BLOCK		8

static int
sff_read(struct ice_mp_port *port, uint8_t page, uint8_t addr, void *data, uint8_t len)
{
	unsigned int i;
	int rc = 0;

	for (i = 0; i < SFF_TRIES; i++) {
		rc = ice_mp_aqc_sff_read(port->pf, port->lport, page, addr, data, len);
		if (rc != -EBUSY && rc != -EAGAIN)
			break;
		rte_delay_us_sleep(SFF_WAIT_US);
	}
	return rc;
}

int
ice_mp_get_module_info(struct rte_eth_dev *dev, struct rte_eth_dev_module_info *info)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	uint8_t head[2];
	int rc;

	rc = sff_read(port, 0, 0, head, sizeof(head));
	if (rc != 0)
		return rc;
	switch (head[0]) {
	case SFF_ID_QSFP:
	case SFF_ID_QSFP_PLUS:
	case SFF_ID_QSFP28:
		info->type = head[SFF_REVISION] >= SFF_REVISION_8636 ? RTE_ETH_MODULE_SFF_8636 :
			     RTE_ETH_MODULE_SFF_8436;
		info->eeprom_len = RTE_ETH_MODULE_SFF_8636_MAX_LEN;
		return 0;
	case SFF_ID_SFP:
		/* What a diagnostic page would hold is not read. */
		info->type = RTE_ETH_MODULE_SFF_8079;
		info->eeprom_len = RTE_ETH_MODULE_SFF_8079_LEN;
		return 0;
	default:
		PORT_LOG(port, ERR, "The module is of a kind that is not known: 0x%02x.", head[0]);
		return -ENOTSUP;
	}
}

/* One block at a place of the dump, in which the upper pages follow each other.
 * Pages that a module has not are zero. */
static int
module_block(struct ice_mp_port *port, bool flat, uint32_t at, uint8_t *out, uint8_t len)
{
	uint32_t page = at < 2 * SFF_HALF ? 0 : at / SFF_HALF - 1;

	memset(out, 0, len);
	if (page > 0 && flat)
		return 0;
	return sff_read(port, page, at - page * SFF_HALF, out, len);
}

int
ice_mp_get_module_eeprom(struct rte_eth_dev *dev, struct rte_dev_eeprom_info *info)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	struct rte_eth_dev_module_info module;
	uint8_t block[SFF_BLOCK], status;
	uint8_t *to = info->data;
	uint32_t at, n, len;
	bool flat = false;
	int rc;

	rc = ice_mp_get_module_info(dev, &module);
	if (rc != 0)
		return rc;
	if (info->data == NULL || info->length == 0 || info->offset > module.eeprom_len ||
	    info->length > module.eeprom_len - info->offset)
		return -EINVAL;
	if (module.type != RTE_ETH_MODULE_SFF_8079) {
		rc = sff_read(port, 0, SFF_STATUS, &status, 1);
		if (rc != 0)
			return rc;
		flat = (status & SFF_STATUS_FLAT) != 0;
	}
	for (n = 0; n < info->length; n += len) {
		at = info->offset + n;
		/* Blocks do not cross the end of a page. */
		len = RTE_MIN(info->length - n, SFF_BLOCK - at % SFF_BLOCK);
		rc = module_block(port, flat, at, block, len);
		if (rc != 0)
			return rc;
		memcpy(to + n, block, len);
	}
	return 0;
}

/* ---- registers ---- */

/** Which registers are in a dump, and in what order: of queues, all that the
 * port has. Reading them has no effect. */
enum reg_kind { REG_PF, REG_QUEUE };
static const struct {
	enum reg_kind kind;
	uint32_t reg;		/* of queue 0; that of the next is 4 behind */
} regs[] = {
	{ REG_PF, GLGEN_RSTAT },
	{ REG_PF, GLGEN_RTRIG },
	{ REG_PF, GLGEN_CLKSTAT_SRC },
	{ REG_PF, PFGEN_CTRL },
	{ REG_PF, PFINT_OICR_ENA },
	{ REG_PF, PFINT_OICR_CTL },
	{ REG_PF, PFINT_FW_CTL },
	{ REG_PF, PF_FW_ATQLEN },
	{ REG_PF, PF_FW_ATQH },
	{ REG_PF, PF_FW_ATQT },
	{ REG_PF, PF_FW_ARQLEN },
	{ REG_PF, PF_FW_ARQH },
	{ REG_PF, PF_FW_ARQT },
	{ REG_QUEUE, QRX_CTRL(0) },
	{ REG_QUEUE, QRX_TAIL(0) },
	{ REG_QUEUE, QINT_RQCTL(0) },
	{ REG_QUEUE, QTX_COMM_HEAD(0) },
	{ REG_QUEUE, QINT_TQCTL(0) },
};
/** Of the order: goes up when it changes. */
#define REGS_VERSION	1

static uint32_t
regs_of(const struct ice_mp_port *port, unsigned int i)
{
	return regs[i].kind == REG_QUEUE ? port->nb_queues : 1;
}

int
ice_mp_get_reg(struct rte_eth_dev *dev, struct rte_dev_reg_info *info)
{
	const struct ice_mp_port *port = ice_mp_dev_port(dev);
	uint32_t *out = info->data, total = 0, at = 0, q, reg;
	unsigned int i;

	for (i = 0; i < RTE_DIM(regs); i++)
		total += regs_of(port, i);
	info->width = sizeof(*out);
	info->version = REGS_VERSION;
	if (out == NULL) {
		info->length = total;
		return 0;
	}
	/* Length 0: all of them, for which there is room. */
	if (info->length == 0)
		info->length = total;
	if (info->offset > total || info->length > total - info->offset)
		return -EINVAL;
	for (i = 0; i < RTE_DIM(regs); i++) {
		for (q = 0; q < regs_of(port, i); q++, at++) {
			if (at < info->offset || at - info->offset >= info->length)
				continue;
			reg = regs[i].reg;
			if (regs[i].kind == REG_QUEUE)
				reg += 4 * ice_mp_hw_queue(port, q);
			out[at - info->offset] = ice_mp_rd32(port->pf, reg);
		}
	}
	return 0;
}
