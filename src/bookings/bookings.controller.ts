import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ObjectId, Principal } from '../common/index.js';
import {
  Access,
  ApiErrors,
  ApiList,
  Caller,
  ClaimId,
  Idempotent,
  type ListEnvelope,
  type ListRequest,
  Lists,
  PathId,
} from '../http/index.js';
import { BookingDto } from './booking.dto.js';
import { presentBooking } from './booking.presenter.js';
import { BookingReader } from './booking.reader.js';
import { BookingsQuery, CancelBookingDto, CreateBookingDto } from './booking-requests.dto.js';
import { Bookings } from './bookings.service.js';
import { bookingsOf } from './bookings.source.js';

@ApiTags('bookings')
@Controller('api/v1/bookings')
export class BookingsController {
  constructor(
    private readonly bookings: Bookings,
    private readonly reader: BookingReader,
    private readonly lists: Lists,
  ) {}

  @Get()
  @Access()
  @ApiOperation({ summary: 'List bookings: your own, of your properties, or of your account' })
  @ApiList(BookingDto)
  @ApiErrors(400, 404)
  list(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Query() query: BookingsQuery,
  ): Promise<ListEnvelope<BookingDto>> {
    return this.lists.list(request, query, bookingsOf(caller, query), presentBooking);
  }

  @Get(':id')
  @Access()
  @ApiOperation({ summary: 'Read a booking' })
  @ApiOkResponse({ type: BookingDto })
  @ApiErrors(404)
  async read(@Caller() caller: Principal, @Param('id', PathId) id: ObjectId): Promise<BookingDto> {
    return presentBooking(await this.reader.read(caller, id));
  }

  @Post()
  @Access('staff', 'admin')
  @Idempotent()
  @ApiOperation({ summary: 'Create a booking' })
  @ApiCreatedResponse({ type: BookingDto })
  @ApiErrors(400, 409, 422)
  async create(
    @Caller() caller: Principal,
    @Body() body: CreateBookingDto,
    @ClaimId() claimId: string | null,
  ): Promise<BookingDto> {
    return presentBooking(await this.bookings.create(caller, body, claimId));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Access('staff', 'admin')
  @ApiOperation({
    summary: 'Cancel a booking that nothing is paid for',
    description: 'Money that arrives afterwards is kept as unallocated and never applied to it.',
  })
  @ApiOkResponse({ type: BookingDto })
  @ApiErrors(400, 404, 409)
  async cancel(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: CancelBookingDto,
  ): Promise<BookingDto> {
    return presentBooking(await this.bookings.cancel(caller, id, body.reason ?? null));
  }
}
