package awswire

import "context"

// Disturb lets a service do wrong on purpose: ask is called for every request whose signature, operation and input stand,
// before anybody is asked whether the caller may. What is refused anyway is refused as ever. Its error is the answer, and
// ErrHangUp none; it may also take its time. Disturb must be called before the service serves.
func (s *Service) Disturb(ask func(ctx context.Context, call *Call) error) { s.disturb = ask }
