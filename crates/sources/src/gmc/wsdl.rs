//! The WSDL we serve, generated from the operation table so that the two cannot differ.

use std::fmt::Write as _;

use super::operations::{DOCTOR_FIELDS, NAMESPACE, Operation};

/// Writes the contract of the service as it answers at `address`.
pub fn wsdl(address: &str) -> String {
    let mut xml = String::with_capacity(24 * 1024);
    // Unwrap safety of every `let _ =` here: writing to a String does not fail.
    let _ = write!(
        xml,
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<wsdl:definitions xmlns:s=\"http://www.w3.org/2001/XMLSchema\" \
         xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap/\" xmlns:soap12=\"http://schemas.xmlsoap.org/wsdl/soap12/\" \
         xmlns:tns=\"{NAMESPACE}\" xmlns:wsdl=\"http://schemas.xmlsoap.org/wsdl/\" targetNamespace=\"{NAMESPACE}\">\n\
         <wsdl:types><s:schema elementFormDefault=\"qualified\" targetNamespace=\"{NAMESPACE}\">\n"
    );
    for operation in Operation::ALL {
        types(&mut xml, operation);
    }
    doctor_types(&mut xml);
    xml.push_str("</s:schema></wsdl:types>\n");
    messages(&mut xml);
    for (suffix, prefix) in [("", "soap"), ("12", "soap12")] {
        binding(&mut xml, suffix, prefix);
    }
    service(&mut xml, address);
    xml.push_str("</wsdl:definitions>\n");
    xml
}

fn texts(xml: &mut String, names: &[&str]) {
    for name in names {
        let _ =
            writeln!(xml, "<s:element minOccurs=\"0\" maxOccurs=\"1\" name=\"{name}\" type=\"s:string\"/>");
    }
}

/// The type a result has: both recommendation operations share one.
fn result_type(operation: Operation) -> String {
    match operation {
        Operation::TryRecommendationV2 => "TryRecommendationResponseCT".to_owned(),
        other => format!("{}ResponseCT", other.name()),
    }
}

fn types(xml: &mut String, operation: Operation) {
    let (name, wrapper) = (operation.name(), operation.wrapper());
    let result = result_type(operation);
    let _ = write!(
        xml,
        "<s:element name=\"{name}\"><s:complexType><s:sequence>\n\
         <s:element minOccurs=\"0\" maxOccurs=\"1\" name=\"{wrapper}\" type=\"tns:{name}Request\"/>\n"
    );
    texts(xml, &["Username", "Password"]);
    let _ = writeln!(
        xml,
        "</s:sequence></s:complexType></s:element>\n<s:complexType name=\"{name}Request\"><s:sequence>"
    );
    texts(xml, &operation.request_fields());
    let _ = write!(
        xml,
        "</s:sequence></s:complexType>\n<s:element name=\"{name}Response\"><s:complexType><s:sequence>\n\
         <s:element minOccurs=\"0\" maxOccurs=\"1\" name=\"{name}Result\" type=\"tns:{result}\"/>\n\
         </s:sequence></s:complexType></s:element>\n"
    );
    if operation == Operation::TryRecommendationV2 {
        return;
    }
    let _ = writeln!(xml, "<s:complexType name=\"{result}\"><s:sequence>");
    if operation == Operation::GetDoctorsForDB {
        xml.push_str(
            "<s:element minOccurs=\"0\" maxOccurs=\"1\" name=\"Doctors\" type=\"tns:ArrayOfGetDoctorsForDBResponse_Doctor\"/>\n",
        );
    }
    texts(xml, operation.result_fields());
    xml.push_str("</s:sequence></s:complexType>\n");
}

fn doctor_types(xml: &mut String) {
    xml.push_str(
        "<s:complexType name=\"ArrayOfGetDoctorsForDBResponse_Doctor\"><s:sequence>\n\
         <s:element minOccurs=\"0\" maxOccurs=\"unbounded\" name=\"GetDoctorsForDBResponse_Doctor\" nillable=\"true\" \
         type=\"tns:GetDoctorsForDBResponse_Doctor\"/>\n</s:sequence></s:complexType>\n\
         <s:complexType name=\"GetDoctorsForDBResponse_Doctor\"><s:sequence>\n",
    );
    texts(xml, &DOCTOR_FIELDS);
    xml.push_str("</s:sequence></s:complexType>\n");
}

fn messages(xml: &mut String) {
    for operation in Operation::ALL {
        let name = operation.name();
        for (suffix, element) in [("SoapIn", name.to_owned()), ("SoapOut", format!("{name}Response"))] {
            let _ = writeln!(
                xml,
                "<wsdl:message name=\"{name}{suffix}\"><wsdl:part name=\"parameters\" element=\"tns:{element}\"/></wsdl:message>"
            );
        }
    }
    xml.push_str("<wsdl:portType name=\"GMCWebServicesSoap\">\n");
    for operation in Operation::ALL {
        let name = operation.name();
        let _ = writeln!(
            xml,
            "<wsdl:operation name=\"{name}\"><wsdl:input message=\"tns:{name}SoapIn\"/>\
             <wsdl:output message=\"tns:{name}SoapOut\"/></wsdl:operation>"
        );
    }
    xml.push_str("</wsdl:portType>\n");
}

fn binding(xml: &mut String, suffix: &str, prefix: &str) {
    let _ = writeln!(
        xml,
        "<wsdl:binding name=\"GMCWebServicesSoap{suffix}\" type=\"tns:GMCWebServicesSoap\">\n\
         <{prefix}:binding transport=\"http://schemas.xmlsoap.org/soap/http\"/>"
    );
    for operation in Operation::ALL {
        let _ = writeln!(
            xml,
            "<wsdl:operation name=\"{}\"><{prefix}:operation soapAction=\"{}\" style=\"document\"/>\
             <wsdl:input><{prefix}:body use=\"literal\"/></wsdl:input>\
             <wsdl:output><{prefix}:body use=\"literal\"/></wsdl:output></wsdl:operation>",
            operation.name(),
            operation.action()
        );
    }
    xml.push_str("</wsdl:binding>\n");
}

fn service(xml: &mut String, address: &str) {
    let address = super::operations::escape(address);
    let _ = writeln!(
        xml,
        "<wsdl:service name=\"GMCWebServices\">\n\
         <wsdl:port name=\"GMCWebServicesSoap\" binding=\"tns:GMCWebServicesSoap\"><soap:address location=\"{address}\"/></wsdl:port>\n\
         <wsdl:port name=\"GMCWebServicesSoap12\" binding=\"tns:GMCWebServicesSoap12\"><soap12:address location=\"{address}\"/></wsdl:port>\n\
         </wsdl:service>"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contract_names_all_six_operations_in_both_bindings() {
        let xml = wsdl("http://127.0.0.1:1/GMCWebServices/WebService.asmx");
        for operation in Operation::ALL {
            assert_eq!(xml.matches(&format!("soapAction=\"{}\"", operation.action())).count(), 2);
        }
        assert_eq!(xml.matches("nillable=\"true\"").count(), 1);
    }
}
