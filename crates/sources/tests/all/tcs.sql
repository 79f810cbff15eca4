-- The tables of TIS that the rules read, with the types of TIS itself and the columns beside them that are not read.
-- Without foreign keys, so that rows that hang on nobody can be told.
create table Person (
  id bigint not null auto_increment primary key, intrepidId varchar(255), addedDate datetime, amendedDate datetime(3),
  role text, status varchar(255), comments text, inactiveDate datetime, inactiveNotes text,
  publicHealthNumber varchar(255), regulator varchar(255)
) engine = InnoDB;
create table ContactDetails (
  id bigint not null primary key, surname varchar(255), legalSurname varchar(255), forenames varchar(255),
  legalForenames varchar(255), knownAs varchar(255), title varchar(255), email varchar(255), postCode varchar(255)
) engine = InnoDB;
create table GmcDetails (
  id bigint not null primary key, gmcNumber varchar(255), gmcStatus varchar(255), gmcStartDate date, gmcEndDate date,
  amendedDate datetime(3)
) engine = InnoDB;
create table Programme (
  id bigint not null auto_increment primary key, intrepidId varchar(255), owner varchar(255), programmeName varchar(255),
  programmeNumber varchar(255), status varchar(255)
) engine = InnoDB;
create table ProgrammeMembership (
  uuid varchar(36) not null primary key, personId bigint not null, programmeId bigint not null,
  programmeMembershipType varchar(255), programmeStartDate date, programmeEndDate date, trainingPathway varchar(255),
  amendedDate datetime(3), key (personId)
) engine = InnoDB;
create table CurriculumMembership (
  id bigint not null auto_increment primary key, programmeMembershipUuid varchar(36) not null, curriculumId bigint,
  curriculumStartDate date, curriculumEndDate date, periodOfGrace int, key (programmeMembershipUuid)
) engine = InnoDB;
create table Placement (
  id bigint not null auto_increment primary key, traineeId bigint, postId bigint, siteCode varchar(255), gradeId bigint,
  gradeAbbreviation varchar(255), dateFrom date, dateTo date, placementType varchar(255), status varchar(255),
  lifecycleState varchar(255), key (traineeId)
) engine = InnoDB;
