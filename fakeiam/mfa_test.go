package fakeiam_test

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"rsc.io/qr"
)

// An authenticator app reads the seed from the picture, so that has to have what the text says.
func TestASeedComesAsAPicture(t *testing.T) {
	w := newWorld(t)
	device := ok[*iam.CreateVirtualMFADeviceOutput](t)(w.as("arseniy").CreateVirtualMFADevice(t.Context(),
		&iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: aws.String("phone")})).VirtualMFADevice
	code, err := qr.Encode("otpauth://totp/phone@"+account+"?secret="+string(device.Base32StringSeed), qr.M)
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := png.Decode(bytes.NewReader(device.QRCodePNG))
	if err != nil {
		t.Fatal(err)
	}
	const border = 4 // modules around the code that stay white (ISO/IEC 18004, section 9.1)
	if side := (code.Size + 2*border) * code.Scale; drawn.Bounds() != image.Rect(0, 0, side, side) {
		t.Fatalf("the picture is %v, want %d pixels a side", drawn.Bounds(), side)
	}
	for x := range drawn.Bounds().Dx() {
		for y := range drawn.Bounds().Dy() {
			luminance, _, _, _ := drawn.At(x, y).RGBA()
			if black := code.Black(x/code.Scale-border, y/code.Scale-border); black != (luminance == 0) {
				t.Fatalf("the picture differs at %d, %d", x, y)
			}
		}
	}
}
