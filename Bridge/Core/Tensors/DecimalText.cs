using System.Globalization;
using System.Numerics;
using TfLbfgs.Runtime;

namespace TfLbfgs.Tensors;

/// <summary>
/// A finite floating-point number in decimal: the fewest digits that tell it from its neighbours of its dtype, or fewer, rounded from the
/// exact value with halves to even.
/// </summary>
internal readonly struct DecimalText
{
    private readonly double _value;
    private readonly string _digits;
    private readonly int _exponent;

    /// <param name="value">The number, widened exactly.</param>
    /// <param name="dtype">The dtype that decides how many digits are needed.</param>
    public DecimalText(double value, DType dtype)
    {
        _value = value;
        double magnitude = Math.Abs(value);
        string text = dtype switch
        {
            DType.Float32 or DType.Complex64 => ((float)magnitude).ToString("R", CultureInfo.InvariantCulture),
            DType.Float16 => ((Half)magnitude).ToString("R", CultureInfo.InvariantCulture),
            _ => magnitude.ToString("R", CultureInfo.InvariantCulture),
        };
        (_digits, _exponent) = Parse(text);
    }

    /// <summary>Whether the sign is negative, also of zero.</summary>
    public bool IsNegative => double.IsNegative(_value);

    /// <summary>Digits before and after the decimal point.</summary>
    /// <param name="precision">The largest number of digits after the point; null: all that are needed.</param>
    public (string Whole, string Fraction) Positional(int? precision)
    {
        string digits = _digits;
        int exponent = _exponent;
        if (precision is { } places && digits.Length - 1 - exponent > places)
            (digits, exponent) = Round(places);
        string whole = exponent < 0 ? "0" : digits.Length > exponent ? digits[..(exponent + 1)] : digits.PadRight(exponent + 1, '0');
        string fraction = exponent < 0
            ? new string('0', -exponent - 1) + digits : digits.Length > exponent + 1 ? digits[(exponent + 1)..] : "";
        return (whole, fraction.TrimEnd('0'));
    }

    /// <summary>One digit, those after the decimal point, and the exponent of ten.</summary>
    /// <param name="precision">The largest number of digits after the point; null: all that are needed.</param>
    public (string Whole, string Fraction, int Exponent) Scientific(int? precision)
    {
        string digits = _digits;
        int exponent = _exponent;
        if (precision is { } places && digits.Length - 1 > places)
            (digits, exponent) = Round(places - exponent);
        return (digits[..1], digits[1..].TrimEnd('0'), exponent);
    }

    /// <summary>As <see cref="Scientific"/>, from the exact value.</summary>
    public (string Whole, string Fraction, int Exponent) Exact(int precision)
    {
        if (_value == 0)
            return ("0", "", 0);
        (string digits, int exponent) = Round(precision - _exponent);
        return (digits[..1], digits[1..].TrimEnd('0'), exponent);
    }

    /// <summary>Text such as <c>1.25E-07</c> as digits without leading and trailing zeros and the exponent of the first one.</summary>
    private static (string Digits, int Exponent) Parse(string text)
    {
        int exponent = 0;
        int e = text.IndexOf('E', StringComparison.Ordinal);
        if (e >= 0)
        {
            exponent = int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            text = text[..e];
        }

        int point = text.IndexOf('.', StringComparison.Ordinal);
        string digits = text.Replace(".", "", StringComparison.Ordinal);
        exponent += (point < 0 ? text.Length : point) - 1;
        string trimmed = digits.TrimStart('0');
        exponent -= digits.Length - trimmed.Length;
        trimmed = trimmed.TrimEnd('0');
        return trimmed.Length == 0 ? ("0", 0) : (trimmed, exponent);
    }

    /// <summary>The exact value rounded to a number of places after the decimal point, which may be negative.</summary>
    private (string Digits, int Exponent) Round(int places)
    {
        long bits = BitConverter.DoubleToInt64Bits(Math.Abs(_value));
        int power = (int)(bits >> 52);
        BigInteger numerator = power == 0 ? bits : (bits & ((1L << 52) - 1)) | (1L << 52);
        power = Math.Max(power, 1) - 1075;
        BigInteger denominator = BigInteger.One;
        if (power > 0)
            numerator <<= power;
        else
            denominator <<= -power;
        if (places > 0)
            numerator *= BigInteger.Pow(10, places);
        else
            denominator *= BigInteger.Pow(10, -places);
        BigInteger quotient = BigInteger.DivRem(numerator, denominator, out BigInteger rest);
        int half = (2 * rest).CompareTo(denominator);
        if (half > 0 || (half == 0 && !quotient.IsEven))
            quotient++;
        string digits = quotient.ToString(CultureInfo.InvariantCulture);
        int exponent = digits.Length - 1 - places;
        digits = digits.TrimEnd('0');
        return digits.Length == 0 ? ("0", 0) : (digits, exponent);
    }
}
