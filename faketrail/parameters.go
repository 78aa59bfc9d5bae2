package faketrail

import (
	"reflect"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"
)

// dateFormat is how IAM's and STS's events write dates.
const dateFormat = "Jan 2, 2006, 3:04:05 PM"

// hidden is what CloudTrail puts in the place of secrets.
const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS"

// secret are the members, as they are called in events, whose values are never recorded.
var secret = []string{
	"secretAccessKey", "password", "newPassword", "oldPassword", "base32StringSeed", "qRCodePNG", "authenticationCode1",
	"authenticationCode2", "tokenCode", "token", "webIdentityToken", "sAMLAssertion", "userData", "privateKey",
}

// parameters turns an operation's input or output into what an event shows of it: members that are set, their names with a
// small first letter. It is nil if nothing is set.
func parameters(message any) map[string]any {
	v := reflect.ValueOf(message)
	if message == nil || v.Kind() == reflect.Pointer && v.IsNil() {
		return nil
	}
	shown, _ := show(v).(map[string]any)
	if len(shown) == 0 {
		return nil
	}
	return shown
}

func show(v reflect.Value) any {
	v = reflect.Indirect(v)
	switch value := v.Interface().(type) {
	case time.Time:
		return value.UTC().Format(dateFormat)
	case []byte:
		return hidden
	}
	switch v.Kind() {
	case reflect.Struct:
		return showStruct(v)
	case reflect.Slice:
		items := make([]any, v.Len())
		for i := range items {
			items[i] = show(v.Index(i))
		}
		return items
	case reflect.Map:
		entries := map[string]any{}
		for key, entry := range v.Seq2() {
			entries[key.String()] = show(entry)
		}
		return entries
	}
	return v.Interface()
}

func showStruct(v reflect.Value) map[string]any {
	members := map[string]any{}
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.IsExported() || field.Name == "ResultMetadata" || !isSet(v.Field(i)) {
			continue
		}
		name := lowerFirst(field.Name)
		if slices.Contains(secret, name) {
			members[name] = hidden
			continue
		}
		members[name] = show(v.Field(i))
	}
	return members
}

// isSet tells whether a member was given: pointers, lists and maps that are there, and texts and numbers that are not zero.
func isSet(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Interface:
		return false // a union, which no event shows
	case reflect.Slice, reflect.Map:
		return v.Len() > 0
	}
	return !v.IsZero()
}

func lowerFirst(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToLower(first)) + name[size:]
}
