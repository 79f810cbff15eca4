//! MySQL 8 as far as its way to sign in goes, played packet by packet: no such server is at hand where these tests run.

use testkit::READER_PASSWORD;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::database::{at, read};

/// What MySQL 8 says first; the account signs in by caching_sha2_password, and the server offers TLS.
const MYSQL_8: &[u8] = b"\n8.0.18\x00\x19\x00\x00\x00\x114aB0c\x06g\x00\xff\xff\xff\x02\x00\xff\xc7\x15\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00tL\x03s\x0f[4\rl4. \x00caching_sha2_password\x00";

async fn say(wire: &mut TcpStream, number: u8, payload: &[u8]) {
    let length = u32::try_from(payload.len()).unwrap().to_le_bytes();
    wire.write_all(&[length[0], length[1], length[2], number]).await.unwrap();
    wire.write_all(payload).await.unwrap();
}

async fn hear(wire: &mut TcpStream) -> Vec<u8> {
    let mut head = [0; 4];
    wire.read_exact(&mut head).await.unwrap();
    let mut payload = vec![0; usize::from(head[0]) + (usize::from(head[1]) << 8)];
    wire.read_exact(&mut payload).await.unwrap();
    payload
}

#[tokio::test]
async fn an_account_of_mysql_8_signs_in_encrypted_also_on_this_machine() {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = server.local_addr().unwrap();
    let playing = tokio::spawn(async move {
        let (mut first, _) = server.accept().await.unwrap();
        say(&mut first, 0, MYSQL_8).await;
        hear(&mut first).await;
        // This account has not signed in before: the password itself is wanted, under a key or encrypted.
        say(&mut first, 2, &[1, 4]).await;
        assert_eq!(hear(&mut first).await, [2], "the client asks for the key");
        say(&mut first, 4, b"\x01-----BEGIN PUBLIC KEY-----").await;
        let (mut second, _) = server.accept().await.unwrap();
        say(&mut second, 0, MYSQL_8).await;
        let asked = hear(&mut second).await;
        (asked.len(), u16::from_le_bytes([asked[0], asked[1]]) & 0x0800 != 0)
    });
    let sentence = read(at(&format!("mysql://reader@{address}/tis"))).await.unwrap_err().to_string();
    assert_eq!(
        playing.await.unwrap(),
        (32, true),
        "it comes back and asks for encryption before it says a word"
    );
    for part in ["caching_sha2_password", "turn on TLS at the server", "mysql_native_password"] {
        assert!(sentence.contains(part), "{sentence}");
    }
    assert!(!sentence.contains(READER_PASSWORD), "{sentence}");
}
