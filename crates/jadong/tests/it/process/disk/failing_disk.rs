//! A disk that fails, for a program that is started with this in `LD_PRELOAD`: while the file named by `FAILING_DISK` is there,
//! nothing can be written at a place in a file, and nothing made durable. The file's first byte is the error: `e` for EIO,
//! `r` for EROFS. Built by `failing.rs` beside it; no part of the tests' own program.

#![no_std]

use core::ffi::{c_char, c_int, c_void};

const RTLD_NEXT: *mut c_void = -1_isize as *mut c_void;

unsafe extern "C" {
    fn dlsym(handle: *mut c_void, name: *const c_char) -> *mut c_void;
    fn getenv(name: *const c_char) -> *const c_char;
    fn open(path: *const c_char, flags: c_int, ...) -> c_int;
    fn read(file: c_int, into: *mut c_void, bytes: usize) -> isize;
    fn close(file: c_int) -> c_int;
    fn __errno_location() -> *mut c_int;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

/// Whether the disk fails now; then `errno` says how.
unsafe fn fails() -> bool {
    unsafe {
        let path = getenv(c"FAILING_DISK".as_ptr());
        if path.is_null() {
            return false;
        }
        let file = open(path, 0);
        if file < 0 {
            return false;
        }
        let mut kind = [0_u8];
        let count = read(file, kind.as_mut_ptr().cast(), 1);
        close(file);
        // EROFS and EIO.
        *__errno_location() = if kind[0] == b'r' { 30 } else { 5 };
        count == 1
    }
}

type Write = unsafe extern "C" fn(c_int, *const c_void, usize, i64) -> isize;
type Sync = unsafe extern "C" fn(c_int) -> c_int;
type Truncate = unsafe extern "C" fn(c_int, i64) -> c_int;

macro_rules! failing {
    ($name:ident: $kind:ty, ($($arg:ident: $type:ty),*) -> $answer:ty) => {
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name($($arg: $type),*) -> $answer {
            const NAME: &str = concat!(stringify!($name), "\0");
            unsafe {
                if fails() {
                    return -1;
                }
                let real: $kind = core::mem::transmute(dlsym(RTLD_NEXT, NAME.as_ptr().cast()));
                real($($arg),*)
            }
        }
    };
}

failing!(pwrite64: Write, (file: c_int, from: *const c_void, bytes: usize, at: i64) -> isize);
failing!(pwrite: Write, (file: c_int, from: *const c_void, bytes: usize, at: i64) -> isize);
failing!(fdatasync: Sync, (file: c_int) -> c_int);
failing!(fsync: Sync, (file: c_int) -> c_int);
failing!(ftruncate64: Truncate, (file: c_int, length: i64) -> c_int);
failing!(ftruncate: Truncate, (file: c_int, length: i64) -> c_int);
