using System.Globalization;
using TfLbfgs.Runtime;

namespace TfLbfgs.Tensors;

/// <summary>
/// How NumPy prints the real numbers of one array: all positional or all scientific, aligned at the decimal point, at most 8 digits after
/// it.
/// </summary>
internal sealed class NumberFormat
{
    private const int Precision = 8;

    private readonly DType _dtype;
    private readonly bool _plus;
    private readonly bool _scientific;
    private readonly int _left;
    private readonly int _right;
    private readonly int _fraction;
    private readonly int _exponent;

    /// <param name="values">The numbers that will be printed.</param>
    /// <param name="dtype">Their dtype.</param>
    /// <param name="plus">Whether a sign is printed always, as for imaginary parts.</param>
    public NumberFormat(ReadOnlySpan<double> values, DType dtype, bool plus = false)
    {
        _dtype = dtype;
        _plus = plus;
        _scientific = IsScientific(values, dtype);
        bool special = false, negativeInfinity = plus;
        foreach (double value in values)
        {
            if (!double.IsFinite(value))
            {
                special = true;
                negativeInfinity |= double.IsNegativeInfinity(value);
                continue;
            }

            DecimalText text = new(value, dtype);
            int sign = plus || text.IsNegative ? 1 : 0;
            if (_scientific)
            {
                (string whole, string fraction, int exponent) = text.Scientific(Precision);
                _left = Math.Max(_left, sign + whole.Length);
                _fraction = Math.Max(_fraction, fraction.Length);
                _exponent = Math.Max(_exponent, Math.Abs(exponent) >= 100 ? 3 : 2);
            }
            else
            {
                (string whole, string fraction) = text.Positional(Precision);
                _left = Math.Max(_left, sign + whole.Length);
                _right = Math.Max(_right, fraction.Length);
            }
        }

        if (_scientific)
            _right = _exponent + 2 + _fraction;
        if (special)
            _left = Math.Max(_left, 3 + (negativeInfinity ? 1 : 0) - _right - 1);
    }

    /// <summary>One number, padded to the width of all.</summary>
    public string Format(double value)
    {
        if (!double.IsFinite(value))
        {
            string name = double.IsNaN(value) ? (_plus ? "+nan" : "nan") : value < 0 ? "-inf" : _plus ? "+inf" : "inf";
            return name.PadLeft(_left + _right + 1);
        }

        DecimalText text = new(value, _dtype);
        string sign = text.IsNegative ? "-" : _plus ? "+" : "";
        if (_scientific)
        {
            // NumPy fills up with digits of the exact value, not with zeros.
            (string one, string digits, int exponent) = text.Exact(_fraction);
            return $"{(sign + one).PadLeft(_left)}.{digits.PadRight(_fraction, '0')}{Exponent(exponent, _exponent)}";
        }

        (string whole, string fraction) = text.Positional(Precision);
        return $"{(sign + whole).PadLeft(_left)}.{fraction.PadRight(_right)}";
    }

    /// <summary>A number alone, with all digits that it needs, as NumPy prints a scalar.</summary>
    /// <param name="value">The number.</param>
    /// <param name="dtype">Its dtype.</param>
    /// <param name="keepPoint">Whether a whole number gets <c>.0</c>.</param>
    public static string Scalar(double value, DType dtype, bool keepPoint = true)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
        DecimalText text = new(value, dtype);
        string sign = text.IsNegative ? "-" : "";
        double magnitude = Math.Abs(value);
        double large = dtype switch
        {
            DType.Float16 => 1e3,
            DType.Float32 or DType.Complex64 => 1e6,
            _ => 1e16,
        };
        if (magnitude == 0 || (magnitude >= 1e-4 && magnitude < large))
        {
            (string whole, string fraction) = text.Positional(null);
            return fraction.Length > 0 ? $"{sign}{whole}.{fraction}" : keepPoint ? $"{sign}{whole}.0" : sign + whole;
        }

        (string one, string digits, int exponent) = text.Scientific(null);
        return $"{sign}{one}{(digits.Length > 0 ? "." : "")}{digits}{Exponent(exponent, 2)}";
    }

    private static string Exponent(int exponent, int width) =>
        $"e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString(CultureInfo.InvariantCulture).PadLeft(width, '0')}";

    /// <summary>Whether the numbers are too large, too small or too far apart to stand under each other.</summary>
    private static bool IsScientific(ReadOnlySpan<double> values, DType dtype)
    {
        double max = 0, min = double.PositiveInfinity;
        foreach (double value in values)
        {
            if (!double.IsFinite(value) || value == 0)
                continue;
            max = Math.Max(max, Math.Abs(value));
            min = Math.Min(min, Math.Abs(value));
        }

        return max > 0 && dtype switch
        {
            DType.Float32 or DType.Complex64 => max >= 1e6 || min < 0.0001f || (float)max / (float)min > 1000f,
            DType.Float16 => max >= 1e3 || min < (double)(Half)0.0001 || (double)(Half)(max / min) > 1000,
            _ => max >= 1e8 || min < 0.0001 || max / min > 1000,
        };
    }
}
