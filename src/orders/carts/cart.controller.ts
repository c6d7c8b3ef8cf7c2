import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { ObjectId, Principal } from '../../common/index.js';
import { Access, ApiErrors, Caller, PathId } from '../../http/index.js';
import { AddCartItemDto, CartDto, ChangeCartItemDto, presentCart } from './cart.dto.js';
import { Carts } from './carts.service.js';

@ApiTags('cart')
@Controller('orders/api/cart')
export class CartController {
  constructor(private readonly carts: Carts) {}

  @Get()
  @Access()
  @ApiOperation({ summary: 'Read your open cart' })
  @ApiOkResponse({ type: CartDto })
  async read(@Caller() caller: Principal): Promise<CartDto> {
    return presentCart(await this.carts.read(caller));
  }

  @Delete()
  @HttpCode(204)
  @Access('customer', 'cashier', 'staff', 'admin')
  @ApiOperation({ summary: 'Empty your cart' })
  @ApiNoContentResponse()
  async empty(@Caller() caller: Principal): Promise<void> {
    await this.carts.empty(caller);
  }

  @Post('items')
  @Access('customer', 'cashier', 'staff', 'admin')
  @ApiOperation({
    summary: 'Put a product into your cart',
    description:
      'A cart holds products of one currency. Nothing is held back before it is ordered.',
  })
  @ApiCreatedResponse({ type: CartDto })
  @ApiErrors(400, 404)
  async add(@Caller() caller: Principal, @Body() body: AddCartItemDto): Promise<CartDto> {
    return presentCart(await this.carts.addItem(caller, body.product, body.quantity ?? 1));
  }

  @Patch('items/:id')
  @Access('customer', 'cashier', 'staff', 'admin')
  @ApiOperation({ summary: 'Change how many of a product your cart holds' })
  @ApiOkResponse({ type: CartDto })
  @ApiErrors(400, 404)
  async change(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: ChangeCartItemDto,
  ): Promise<CartDto> {
    return presentCart(await this.carts.changeItem(caller, id, body.quantity));
  }

  @Delete('items/:id')
  @HttpCode(204)
  @Access('customer', 'cashier', 'staff', 'admin')
  @ApiOperation({ summary: 'Take a product out of your cart' })
  @ApiNoContentResponse()
  @ApiErrors(404)
  async remove(@Caller() caller: Principal, @Param('id', PathId) id: ObjectId): Promise<void> {
    await this.carts.removeItem(caller, id);
  }
}
