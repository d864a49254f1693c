using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs;

public static partial class Tf
{
    /// <inheritdoc cref="Signal.Fftnd"/>
    public static Tensor Fftnd(Tensor input, int[] fftLength, int[] axes) => Signal.Fftnd(input, fftLength, axes);

    /// <inheritdoc cref="Signal.Ifftnd"/>
    public static Tensor Ifftnd(Tensor input, int[] fftLength, int[] axes) => Signal.Ifftnd(input, fftLength, axes);

    /// <inheritdoc cref="Signal.Rfftnd"/>
    public static Tensor Rfftnd(Tensor input, int[] fftLength, int[] axes) => Signal.Rfftnd(input, fftLength, axes);

    /// <inheritdoc cref="Signal.Irfftnd"/>
    public static Tensor Irfftnd(Tensor input, int[] fftLength, int[] axes) => Signal.Irfftnd(input, fftLength, axes);

    /// <summary>Fourier transforms of the last dimensions. Python: <c>tf.signal</c>.</summary>
    public static class Signal
    {
        /// <summary>The Fourier transform. Python: <c>tf.signal.fft</c>.</summary>
        /// <param name="input">The signal, complex, shape [..., n].</param>
        /// <returns>The spectrum.</returns>
        public static Tensor Fft(Tensor input) => RawOps.FFT(input);

        /// <summary>The inverse Fourier transform. Python: <c>tf.signal.ifft</c>.</summary>
        /// <param name="input">The spectrum, complex, shape [..., n].</param>
        /// <returns>The signal.</returns>
        public static Tensor Ifft(Tensor input) => RawOps.IFFT(input);

        /// <summary>The Fourier transform of two dimensions. Python: <c>tf.signal.fft2d</c>.</summary>
        /// <param name="input">The signal, complex, shape [..., n, m].</param>
        /// <returns>The spectrum.</returns>
        public static Tensor Fft2D(Tensor input) => RawOps.FFT2D(input);

        /// <summary>The inverse Fourier transform of two dimensions. Python: <c>tf.signal.ifft2d</c>.</summary>
        /// <param name="input">The spectrum, complex, shape [..., n, m].</param>
        /// <returns>The signal.</returns>
        public static Tensor Ifft2D(Tensor input) => RawOps.IFFT2D(input);

        /// <summary>The Fourier transform of three dimensions. Python: <c>tf.signal.fft3d</c>.</summary>
        /// <param name="input">The signal, complex, shape [..., n, m, l].</param>
        /// <returns>The spectrum.</returns>
        public static Tensor Fft3D(Tensor input) => RawOps.FFT3D(input);

        /// <summary>The inverse Fourier transform of three dimensions. Python: <c>tf.signal.ifft3d</c>.</summary>
        /// <param name="input">The spectrum, complex, shape [..., n, m, l].</param>
        /// <returns>The signal.</returns>
        public static Tensor Ifft3D(Tensor input) => RawOps.IFFT3D(input);

        /// <summary>The Fourier transform of a real signal. Python: <c>tf.signal.rfft</c>.</summary>
        /// <param name="input">The signal, float32 or float64, shape [..., n].</param>
        /// <param name="fftLength">The length to which it is cut or padded with zeros; null: n.</param>
        /// <returns>The spectrum, complex, shape [..., length / 2 + 1].</returns>
        public static Tensor Rfft(Tensor input, int? fftLength = null)
        {
            ArgumentNullException.ThrowIfNull(input);
            return Scoped(() => RawOps.RFFT(
                fftLength is { } wanted
                    ? OfLength(input, wanted) : input, fftLength is { } length ? Tensor.From([length])
                    : RawOps.Shape(input)[^1..], ComplexOfReal(input.DType)));
        }

        /// <summary>The real signal of a spectrum. Python: <c>tf.signal.irfft</c>.</summary>
        /// <param name="input">The spectrum, complex, shape [..., length / 2 + 1].</param>
        /// <param name="fftLength">The length of the signal; null: twice the size of the last dimension less 2.</param>
        /// <returns>The signal, shape [..., length].</returns>
        public static Tensor Irfft(Tensor input, int? fftLength = null)
        {
            ArgumentNullException.ThrowIfNull(input);
            return Scoped(() => RawOps.IRFFT(
                fftLength is { } wanted
                    ? OfLength(input, wanted / 2 + 1) : input, fftLength is { } length ? Tensor.From([length])
                    : RawOps.Shape(input)[^1..] * 2 - 2, RealOf(input.DType)));
        }

        /// <summary>The Fourier transform along some dimensions. Python: <c>tf.signal.fftnd</c>.</summary>
        /// <param name="input">The signal, complex.</param>
        /// <param name="fftLength">The length of each of these dimensions, to which it is cut or padded with zeros.</param>
        /// <param name="axes">The dimensions.</param>
        /// <returns>The spectrum.</returns>
        public static Tensor Fftnd(Tensor input, int[] fftLength, int[] axes) => Along(input, fftLength, axes, RawOps.FFT);

        /// <summary>The inverse Fourier transform along some dimensions. Python: <c>tf.signal.ifftnd</c>.</summary>
        /// <param name="input">The spectrum, complex.</param>
        /// <param name="fftLength">The length of each of these dimensions.</param>
        /// <param name="axes">The dimensions.</param>
        /// <returns>The signal.</returns>
        public static Tensor Ifftnd(Tensor input, int[] fftLength, int[] axes) => Along(input, fftLength, axes, RawOps.IFFT);

        /// <summary>The Fourier transform of a real signal along some dimensions. Python: <c>tf.signal.rfftnd</c>.</summary>
        /// <param name="input">The signal, float32 or float64.</param>
        /// <param name="fftLength">The length of each of these dimensions.</param>
        /// <param name="axes">The dimensions; the last one is halved.</param>
        /// <returns>The spectrum, complex.</returns>
        public static Tensor Rfftnd(Tensor input, int[] fftLength, int[] axes)
        {
            ArgumentNullException.ThrowIfNull(input);
            CheckLengths(fftLength, axes);
            return Scoped(() => Along(
                OnLast(input, axes[^1], x => Rfft(x, fftLength[^1])), fftLength[..^1], axes[..^1], RawOps.FFT));
        }

        /// <summary>The real signal of a spectrum along some dimensions. Python: <c>tf.signal.irfftnd</c>.</summary>
        /// <param name="input">The spectrum, complex.</param>
        /// <param name="fftLength">The length of each of these dimensions in the signal.</param>
        /// <param name="axes">The dimensions.</param>
        /// <returns>The signal.</returns>
        public static Tensor Irfftnd(Tensor input, int[] fftLength, int[] axes)
        {
            ArgumentNullException.ThrowIfNull(input);
            CheckLengths(fftLength, axes);
            return Scoped(() => OnLast(
                Along(input, fftLength[..^1], axes[..^1], RawOps.IFFT), axes[^1], x => Irfft(x, fftLength[^1])));
        }

        /// <summary>A transform along one dimension after the other: the ops of several dimensions have no CPU kernel.</summary>
        private static Tensor Along(Tensor input, int[] fftLength, int[] axes, Func<Tensor, Tensor> transform)
        {
            ArgumentNullException.ThrowIfNull(input);
            CheckLengths(fftLength, axes, least: 0);
            return Scoped(() =>
            {
                Tensor result = RawOps.Identity(input);
                for (int i = 0; i < axes.Length; i++)
                {
                    int length = fftLength[i];
                    result = OnLast(result, axes[i], x => transform(OfLength(x, length)));
                }

                return result;
            });
        }

        /// <summary>Cuts the last dimension, or pads it with zeros.</summary>
        private static Tensor OfLength(Tensor x, int length)
        {
            if (x.Shape[^1] == length)
                return x;
            Tensor missing = RawOps.Maximum(Tensor.Scalar(length) - RawOps.Shape(x)[^1], Tensor.Scalar(0));
            Tensor after = RawOps.ConcatV2([Zeros([x.Rank - 1], DType.Int32), missing[TensorIndex.NewAxis]], Tensor.Scalar(0));
            return RawOps.Pad(x, RawOps.Pack([RawOps.ZerosLike(after), after], axis: 1))[TensorIndex.Ellipsis, ..length];
        }

        private static Tensor OnLast(Tensor x, int axis, Func<Tensor, Tensor> op)
        {
            int at = AxisOf(axis, x.Rank);
            if (at == x.Rank - 1)
                return op(x);
            int[] order = [.. Enumerable.Range(0, x.Rank)];
            (order[at], order[^1]) = (order[^1], order[at]);
            return Transpose(op(Transpose(x, order)), order);
        }

        private static void CheckLengths(int[] fftLength, int[] axes, int least = 1)
        {
            ArgumentNullException.ThrowIfNull(fftLength);
            ArgumentNullException.ThrowIfNull(axes);
            if (fftLength.Length != axes.Length || axes.Length < least)
                throw new TfLbfgsException(
                    $"Expected one length for each of at least {least} axes, received {fftLength.Length} lengths and {axes.Length} axes.");
        }

        private static DType ComplexOfReal(DType dtype) => dtype == DType.Float64 ? DType.Complex128 : DType.Complex64;
    }
}
