package directory

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238's default, which virtual MFA devices use
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"time"
)

const (
	// totpStep is the time for which one code is shown (RFC 6238, section 5.2).
	totpStep = 30 * time.Second
	// totpDrift is how many steps a device's clock may be off.
	totpDrift = 1
)

// UseMFACode checks a code of the MFA device with a serial number, and uses it up: no code is accepted twice.
func (d *Directory) UseMFACode(ctx context.Context, serial, code string) (ok bool, err error) {
	device, known := d.ByID(serial).(*MFADevice)
	if !known {
		return false, nil
	}
	err = d.Update(ctx, func(tx *Tx) error {
		ok = false
		fresh := Get(tx, MFADeviceKey(device.Account, device.Name))
		if fresh == nil {
			return nil
		}
		step, found := fresh.step(code, d.cfg.Now())
		if !found {
			return nil
		}
		fresh.LastStep, ok = step, true
		Put(tx, fresh)
		return nil
	})
	return ok, err
}

// VerifyMFACodes checks two codes in a row, as enabling and resynchronising a device need, and uses them up in the device,
// which the caller puts.
func (m *MFADevice) VerifyMFACodes(first, second string, now time.Time) bool {
	step, found := m.step(first, now)
	if !found || subtle.ConstantTimeCompare([]byte(m.code(step+1)), []byte(second)) != 1 {
		return false
	}
	m.LastStep = step + 1
	return true
}

// step returns the time step whose code it is, if that is near now and was not used before.
func (m *MFADevice) step(code string, now time.Time) (int64, bool) {
	current := now.Unix() / int64(totpStep.Seconds())
	for step := max(current-totpDrift, m.LastStep+1); step <= current+totpDrift; step++ {
		if subtle.ConstantTimeCompare([]byte(m.code(step)), []byte(code)) == 1 {
			return step, true
		}
	}
	return 0, false
}

// code is the one-time password of a time step (RFC 6238 over RFC 4226, section 5.3).
func (m *MFADevice) code(step int64) string {
	mac := hmac.New(sha1.New, m.Seed)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(step)))
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0x0f
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[offset:])&0x7fffffff%1_000_000)
}
