//! A capture of DCE-RPC calls that overlap on a context, of calls answered with a fault, and of a big-endian client's.

use super::calls::{ATSVC, SVCCTL};
use super::capture::Capture;
use super::rpc::{Rpc, big_endian_call};

const SRVSVC: &str = "4b324fc8-1670-01d3-1278-5a47bf6ee188";
const CLOSE_SERVICE_HANDLE: u16 = 0;
const OPEN_SC_MANAGER_W: u16 = 15;
const NETR_JOB_ENUM: u16 = 2;
const NETR_JOB_GET_INFO: u16 = 3;
const NETR_REMOTE_TOD: u16 = 28;

/// Each connection's calls carry its number.
pub fn capture() -> Vec<u8> {
    let mut capture = Capture::new();
    let mut connection = capture.connect([10, 0, 0, 1], [10, 0, 0, 2], 135);
    Rpc::bind(&mut connection, &[SVCCTL])
        // Two calls, and then two answers in whichever order.
        .request(0, OPEN_SC_MANAGER_W, &[b"1 opens"])
        .request(0, CLOSE_SERVICE_HANDLE, &[b"1 closes"])
        .response(0, &[b"1 answers"])
        .response(0, &[b"1 answers again"])
        // A call by itself, once all are answered.
        .call(0, CLOSE_SERVICE_HANDLE, b"1 closes late", b"1 answers late");
    connection.close();

    let mut connection = capture.connect([10, 0, 0, 3], [10, 0, 0, 2], 135);
    Rpc::bind(&mut connection, &[SVCCTL])
        // A fault is no response.
        .request(0, OPEN_SC_MANAGER_W, &[b"2 opens"])
        .fault(0)
        .call(0, CLOSE_SERVICE_HANDLE, b"2 closes", b"2 answers");
    connection.close();

    let mut connection = capture.connect([10, 0, 0, 4], [10, 0, 0, 2], 135);
    Rpc::bind(&mut connection, &[SVCCTL, ATSVC])
        // A response says on which context it is.
        .request(0, OPEN_SC_MANAGER_W, &[b"3 opens"])
        .request(1, NETR_JOB_ENUM, &[b"3 lists"])
        .response(1, &[b"3 answers the list"])
        .response(0, &[b"3 answers the opening"]);
    connection.close();

    let mut connection = capture.connect([10, 0, 0, 5], [10, 0, 0, 2], 135);
    Rpc::bind(&mut connection, &[SVCCTL])
        // Three calls, of which one is answered with a fault.
        .request(0, OPEN_SC_MANAGER_W, &[b"4 opens"])
        .request(0, OPEN_SC_MANAGER_W, &[b"4 opens again"])
        .request(0, CLOSE_SERVICE_HANDLE, &[b"4 closes"])
        .fault(0)
        .response(0, &[b"4 answers"])
        .response(0, &[b"4 answers again"])
        // A response of nothing.
        .response(0, &[b"4 answers what nobody asked"]);
    connection.close();

    let mut connection = capture.connect([10, 0, 0, 7], [10, 0, 0, 2], 135);
    Rpc::bind(&mut connection, &[ATSVC])
        // A long answer, and a fault for the next call.
        .request(0, NETR_JOB_GET_INFO, &[b"6 asks"])
        .response(0, &[b"6 answers".as_slice(); 20])
        .request(0, NETR_JOB_GET_INFO, &[b"6 asks again"])
        .fault(0)
        .call(0, NETR_JOB_GET_INFO, b"6 asks once more", b"6 answers");
    connection.close();

    let mut connection = capture.connect([10, 0, 0, 6], [10, 0, 0, 2], 135);
    big_endian_call(&mut connection, SRVSVC, NETR_REMOTE_TOD, b"5 asks");
    connection.close();
    capture.finish()
}
