import { Body, Controller, Get, HttpCode, Ip, Patch, Post, UseGuards } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Principal } from '../../common/index.js';
import { Access, ApiErrors, Caller, Public } from '../../http/index.js';
import {
  ChangeProfileDto,
  MessageDto,
  presentProfile,
  ProfileDto,
  RefreshRequestDto,
  RegisterDto,
  TokenPairDto,
  TokenRequestDto,
} from './auth.dto.js';
import { OwnLoginsGuard } from './own-logins.guard.js';
import { Profiles } from '../profiles/profiles.service.js';
import { SelfRegistrations } from '../profiles/self-registrations.service.js';
import { Sessions, type TokenPair } from '../login/sessions.service.js';

const WRONG_CREDENTIALS = {
  status: 401,
  code: 'invalid_credentials',
  message: 'No active account found with the given credentials',
  description: 'The user is unknown or deactivated, or the password is wrong',
};
const WORTHLESS_REFRESH = {
  status: 401,
  code: 'invalid_refresh_token',
  message: 'The refresh token is invalid, expired or revoked: log in again',
  description: 'The refresh token is not valid any more, or was used before',
};
const NO_LOGINS = {
  status: 404,
  code: 'external_identity_provider',
  message: 'Users of this deployment log in at its identity provider: https://id.example.com',
  description: 'Users of this deployment log in at its identity provider',
};
const BUSY = {
  status: 503,
  code: 'login_busy',
  message: 'Too many logins at this moment',
  description: 'Too many passwords are being checked; `Retry-After` says how many seconds to wait',
};

@ApiTags('authentication')
@Controller('api/v1/auth')
export class AuthController {
  constructor(
    private readonly sessions: Sessions,
    private readonly registrations: SelfRegistrations,
    private readonly profiles: Profiles,
  ) {}

  @Post('token/')
  @HttpCode(200)
  @Public()
  @UseGuards(OwnLoginsGuard)
  @ApiOperation({
    summary: 'Log in',
    description:
      'Failed log-ins are counted per user name and per address; above the limit the answer is 429 with `Retry-After`.',
  })
  @ApiOkResponse({ type: TokenPairDto })
  @ApiErrors(400, WRONG_CREDENTIALS, NO_LOGINS, 429, BUSY)
  logIn(@Body() body: TokenRequestDto, @Ip() address: string): Promise<TokenPair> {
    return this.sessions.logIn(body.username, body.password, address);
  }

  @Post('token/refresh/')
  @HttpCode(200)
  @Public()
  @UseGuards(OwnLoginsGuard)
  @ApiOperation({
    summary: 'Exchange a refresh token for a new pair',
    description:
      'A refresh token works once. Sending one again ends its login, since only a copy explains it; so refresh once at a time, and log in again if an answer got lost.',
  })
  @ApiOkResponse({ type: TokenPairDto })
  @ApiErrors(400, WORTHLESS_REFRESH, NO_LOGINS)
  refresh(@Body() body: RefreshRequestDto, @Ip() address: string): Promise<TokenPair> {
    return this.sessions.refresh(body.refresh, address);
  }

  @Post('logout/')
  @HttpCode(200)
  @Public()
  @UseGuards(OwnLoginsGuard)
  @ApiOperation({
    summary: 'Log out',
    description:
      'Ends the login of the refresh token. The access token runs out by itself within 15 minutes.',
  })
  @ApiOkResponse({ type: MessageDto })
  @ApiErrors(400, NO_LOGINS)
  async logOut(@Body() body: RefreshRequestDto): Promise<MessageDto> {
    await this.sessions.logOut(body.refresh);
    return { message: 'Logged out' };
  }

  @Post('register/')
  @Public()
  @UseGuards(OwnLoginsGuard)
  @ApiOperation({ summary: 'Register as a customer' })
  @ApiCreatedResponse({ type: ProfileDto })
  @ApiErrors(400, NO_LOGINS, 429, BUSY)
  async register(@Body() body: RegisterDto, @Ip() address: string): Promise<ProfileDto> {
    return presentProfile(await this.registrations.register(body, address));
  }

  @Get('me/')
  @Access()
  @ApiOperation({ summary: 'Your own profile' })
  @ApiOkResponse({ type: ProfileDto })
  @ApiErrors(401)
  async me(@Caller() caller: Principal): Promise<ProfileDto> {
    return presentProfile(await this.profiles.read(caller.userId));
  }

  @Patch('me/')
  @Access()
  @ApiOperation({
    summary: 'Change your name, e-mail or phone',
    description:
      'Role and account are read-only. Where an identity provider logs users in, what it says about them wins at the next new token.',
  })
  @ApiOkResponse({ type: ProfileDto })
  @ApiErrors(400, 401)
  async change(@Caller() caller: Principal, @Body() body: ChangeProfileDto): Promise<ProfileDto> {
    return presentProfile(await this.profiles.change(caller, body));
  }
}
